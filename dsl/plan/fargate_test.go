package plan_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
	"plimsoll/dsl/plan"
)

func TestFargateValid(t *testing.T) {
	for size, want := range map[plan.Size]bool{
		{256, 512}: true, {256, 2048}: true, {256, 4096}: false, {512, 512}: false, {1024, 8192}: true, {2048, 5120}: true, {2048, 2048}: false,
		{4096, 30720}: true, {8192, 20480}: true, {8192, 18432}: false, {16384, 122880}: true, {300, 1024}: false,
		{1024, 0}: true, {300, 0}: false, {0, 5120}: true, {0, 700}: false, {0, 0}: true,
	} {
		if got := plan.FargateValid(size.CPU, size.Memory); got != want {
			t.Errorf("%d/%d: %v", size.CPU, size.Memory, got)
		}
	}
}

func TestFargateNearest(t *testing.T) {
	for asked, want := range map[plan.Size][]plan.Size{
		{1024, 1024}:     {{512, 1024}, {1024, 2048}},
		{8192, 17408}:    {{8192, 16384}, {8192, 20480}},
		{1, 1}:           {{256, 512}},
		{300, 0}:         {{256, 2048}, {512, 1024}},
		{0, 700}:         {{256, 512}, {256, 1024}},
		{32768, 262_144}: {{16384, 122_880}},
	} {
		if d := cmp.Diff(want, plan.FargateNearest(asked.CPU, asked.Memory)); d != "" {
			t.Errorf("%d/%d (-want +got):\n%s", asked.CPU, asked.Memory, d)
		}
	}
}

// Whatever is asked for, what is near is valid, and nothing valid lies between.
func TestFargateNearestIsNear(t *testing.T) {
	sizes := plan.FargateSizes()
	if !slices.IsSortedFunc(sizes, func(a, b plan.Size) int { return (a.CPU-b.CPU)*1_000_000 + a.Memory - b.Memory }) {
		t.Fatal("the sizes are not in order")
	}
	rapid.Check(t, func(t *rapid.T) {
		cpu, memory := rapid.IntRange(1, 40_000).Draw(t, "cpu"), rapid.IntRange(1, 200_000).Draw(t, "memory")
		near := plan.FargateNearest(cpu, memory)
		if len(near) == 0 || len(near) > 2 {
			t.Fatalf("%d sizes", len(near))
		}
		for _, s := range near {
			if !plan.FargateValid(s.CPU, s.Memory) {
				t.Fatalf("%v is not valid", s)
			}
		}
		valid := slices.Index(sizes, plan.Size{CPU: cpu, Memory: memory}) >= 0
		if valid != (len(near) == 1 && near[0].CPU == cpu && near[0].Memory == memory) {
			t.Fatalf("only a valid size is its own neighbour: %v", near)
		}
	})
}
