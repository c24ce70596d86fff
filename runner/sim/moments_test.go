package sim

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMomentsComeInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Int64Range(0, 50)).Draw(t, "values")
		var heap moments[int64]
		for _, v := range values {
			heap.push(time.Duration(v), v)
		}
		var got []int64
		for len(heap) > 0 {
			m := heap.pop()
			if int64(m.at) != m.what {
				t.Fatalf("%d came at %d", m.what, m.at)
			}
			got = append(got, m.what)
		}
		want := slices.Sorted(slices.Values(values))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
