package runner

import (
	"os"
	"testing"
	"testing/fstest"
)

func TestReading(t *testing.T) {
	r := read()
	if r.memory < 1<<20 || r.descriptors < 3 || r.cpu <= 0 {
		t.Errorf("%+v", r)
	}
}

func TestResident(t *testing.T) {
	for text, want := range map[string]int64{"1000 200 50 1 0 80 0\n": int64(200 * os.Getpagesize()), "": 0, "1000": 0, "x y": 0} {
		if got := resident(fstest.MapFS{"statm": {Data: []byte(text)}}); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestThrottlings(t *testing.T) {
	stat := &fstest.MapFile{Data: []byte("nr_periods 10\nnr_throttled 7\nthrottled_usec 5\n")}
	tests := []struct {
		name, group string
		cgroups     fstest.MapFS
		want        int64
	}{
		{"version 2", "0::/user.slice/a\n", fstest.MapFS{"user.slice/a/cpu.stat": stat}, 7},
		{"version 2 in a container", "0::/\n", fstest.MapFS{"cpu.stat": stat}, 7},
		{"version 2 under a mount of its own", "0::/docker/a\n", fstest.MapFS{"cpu.stat": stat}, 7},
		{"version 1", "5:memory:/a\n4:cpu,cpuacct:/a\n", fstest.MapFS{"cpu,cpuacct/a/cpu.stat": stat}, 7},
		{"without a limit", "0::/a\n", fstest.MapFS{"a/cpu.stat": {Data: []byte("usage_usec 5\n")}}, 0},
		{"without cgroups", "", fstest.MapFS{}, 0},
		{"damaged", "0:\nx\n0::/a\n", fstest.MapFS{"a/cpu.stat": {Data: []byte("nr_throttled many\n")}}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			proc := fstest.MapFS{"cgroup": {Data: []byte(test.group)}}
			if got := throttlings(proc, test.cgroups); got != test.want {
				t.Errorf("%d, want %d", got, test.want)
			}
		})
	}
}
