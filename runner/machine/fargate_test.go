package machine

import (
	"strings"
	"testing"
)

func TestFargateMemory(t *testing.T) {
	for cpu, want := range map[int]struct{ sizes, least, most, step int }{
		512: {4, 1024, 4096, 1024}, 1024: {7, 2048, 8192, 1024}, 2048: {13, 4096, 16_384, 1024},
		4096: {23, 8192, 30_720, 1024}, 8192: {12, 16_384, 61_440, 4096}, 16384: {12, 32_768, 122_880, 8192},
	} {
		all := FargateMemory(cpu)
		if len(all) != want.sizes || all[0] != want.least || all[len(all)-1] != want.most || all[1]-all[0] != want.step {
			t.Errorf("%d: %v", cpu, all)
		}
	}
	if FargateMemory(300) != nil {
		t.Error("300 is a size")
	}
}

func TestFargateSize(t *testing.T) {
	for name, test := range map[string]struct {
		cpu, memory, need int
		wantCPU, wantMiB  int
		err               string
	}{
		"nothing asked":           {0, 0, 0, 1024, 2048, ""},
		"memory needed":           {0, 0, 2049, 1024, 3072, ""},
		"more than one vCPU has":  {0, 0, 8193, 2048, 9216, ""},
		"the smallest":            {256, 0, 0, 256, 512, ""},
		"memory alone":            {0, 512, 0, 256, 512, ""},
		"both":                    {4096, 8192, 8192, 4096, 8192, ""},
		"no size":                 {300, 0, 0, 0, 0, "300 CPU units are no Fargate size; sizes are 256, 512, 1024, 2048, 4096, 8192, 16384"},
		"no pair":                 {256, 4096, 0, 0, 0, "with these units there are 512, 1024, 2048 MiB"},
		"no pair of many":         {4096, 1, 0, 0, 0, "with these units there are 8192, 9216, 10240, …, 30720 MiB"},
		"too small for the need":  {256, 512, 513, 0, 0, "513 MiB"},
		"beyond the largest":      {0, 0, 122_881, 0, 0, "122881 MiB"},
		"memory that nobody has":  {0, 777, 0, 0, 0, "777 MiB"},
		"the largest of all":      {0, 0, 122_880, 16_384, 122_880, ""},
		"steps of four gibibytes": {8192, 0, 17_000, 8192, 20_480, ""},
	} {
		cpu, mib, err := fargateSize(test.cpu, test.memory, test.need)
		if cpu != test.wantCPU || mib != test.wantMiB || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %d, %d, %v", name, cpu, mib, err)
		}
	}
}
