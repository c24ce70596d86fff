package machine

import (
	"fmt"
	"slices"
	"strings"
)

// FargateCPUs are the sizes of a Fargate task in CPU units; 1024 is one vCPU.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html.
func FargateCPUs() []int { return []int{256, 512, 1024, 2048, 4096, 8192, 16384} }

// FargateMemory lists the memory in MiB that a task of so many CPU units may have, ascending; nil for no size of Fargate's.
func FargateMemory(cpu int) []int {
	gib := func(from, to, step int) []int {
		var all []int
		for n := from; n <= to; n += step {
			all = append(all, n*1024)
		}
		return all
	}
	switch cpu {
	case 256:
		return []int{512, 1024, 2048}
	case 512:
		return gib(1, 4, 1)
	case 1024:
		return gib(2, 8, 1)
	case 2048:
		return gib(4, 16, 1)
	case 4096:
		return gib(8, 30, 1)
	case 8192:
		return gib(16, 60, 4)
	case 16384:
		return gib(32, 120, 8)
	}
	return nil
}

// usualCPU is the size of a task for which nothing else is asked: one vCPU, so that the generator is no bottleneck before its network is.
const usualCPU = 1024

// fargateSize completes a size of which either part may be 0: the smallest that has at least need MiB, from one vCPU on
// where the CPU is not given.
func fargateSize(cpu, memory, need int) (int, int, error) {
	if cpu != 0 && FargateMemory(cpu) == nil {
		return 0, 0, fmt.Errorf("%d CPU units are no Fargate size; sizes are %s", cpu, list(FargateCPUs()))
	}
	if cpu != 0 && memory != 0 && !slices.Contains(FargateMemory(cpu), memory) {
		return 0, 0, fmt.Errorf("there is no Fargate task of %d CPU units with %d MiB; with these units there are %s MiB", cpu, memory, list(FargateMemory(cpu)))
	}
	known := false
	for _, units := range FargateCPUs() {
		if cpu != 0 && units != cpu || cpu == 0 && memory == 0 && units < usualCPU {
			continue
		}
		for _, mib := range FargateMemory(units) {
			known = known || mib == memory
			if mib >= need && (memory == 0 || mib == memory) {
				return units, mib, nil
			}
		}
	}
	if memory != 0 && !known {
		return 0, 0, fmt.Errorf("no Fargate task has %d MiB; with 1024 CPU units there are %s", memory, list(FargateMemory(usualCPU)))
	}
	return 0, 0, fmt.Errorf("no such Fargate task has the %d MiB that are needed", need)
}

// list shows the numbers of a table, the inner ones of a long one left out.
func list(all []int) string {
	var words []string
	for i, n := range all {
		switch {
		case len(all) <= 8 || i < 3 || i == len(all)-1:
			words = append(words, fmt.Sprint(n))
		case i == 3:
			words = append(words, "…")
		}
	}
	return strings.Join(words, ", ")
}
