package plan

import "slices"

// Size is what a task has: CPU units, 1024 to a vCPU, and MiB of memory.
type Size struct{ CPU, Memory int }

// FargateSizes lists the sizes that Fargate runs, by CPU and then memory.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
func FargateSizes() []Size {
	all := []Size{{256, 512}, {256, 1024}, {256, 2048}}
	for _, row := range []struct{ cpu, least, most, step int }{ // GiB
		{512, 1, 4, 1}, {1024, 2, 8, 1}, {2048, 4, 16, 1}, {4096, 8, 30, 1}, {8192, 16, 60, 4}, {16384, 32, 120, 8},
	} {
		for memory := row.least; memory <= row.most; memory += row.step {
			all = append(all, Size{row.cpu, memory * 1024})
		}
	}
	return all
}

// FargateValid reports whether Fargate runs tasks of that size. What is 0 is not asked about.
func FargateValid(cpu, memory int) bool {
	return slices.ContainsFunc(FargateSizes(), func(s Size) bool { return (cpu == 0 || s.CPU == cpu) && (memory == 0 || s.Memory == memory) })
}

// FargateNearest lists the valid sizes nearest to one that is not: the largest within it, and the smallest that holds it,
// the one that there is alone. What is 0 is not asked about; what is beyond the table is taken for its end.
func FargateNearest(cpu, memory int) []Size {
	sizes := FargateSizes()
	if cpu > 0 {
		cpu = min(max(cpu, sizes[0].CPU), sizes[len(sizes)-1].CPU)
	}
	if memory > 0 {
		memory = min(max(memory, sizes[0].Memory), sizes[len(sizes)-1].Memory)
	}
	var near []Size
	for _, s := range slices.Backward(sizes) {
		if (cpu == 0 || s.CPU <= cpu) && (memory == 0 || s.Memory <= memory) {
			near = append(near, s)
			break
		}
	}
	i := slices.IndexFunc(sizes, func(s Size) bool { return s.CPU >= cpu && s.Memory >= memory })
	return slices.Compact(append(near, sizes[i]))
}
