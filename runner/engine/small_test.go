package engine

import (
	"encoding/json"
	"math"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"plimsoll/dsl/plan"
)

func TestThink(t *testing.T) {
	const s = float64(time.Second)
	tests := []struct {
		name                      string
		think                     think
		mean, sd, least, greatest float64 // seconds
	}{
		{"fixed", think{Min: 2 * time.Second}, 2, 0, 2, 2},
		{"uniform", think{Distribution: plan.Uniform, Min: time.Second, Max: 3 * time.Second}, 2, 2 / math.Sqrt(12), 1, 3},
		{"normal", think{Distribution: plan.Normal, Mean: 10 * time.Second, StdDev: time.Second, Max: time.Minute}, 10, 1, 5, 15},
		{"exponential", think{Distribution: plan.Exponential, Mean: 2 * time.Second}, 2, 2, 0, 60},
		{"bounded", think{Distribution: plan.Normal, Mean: 10 * time.Second, StdDev: time.Hour, Min: 9 * time.Second, Max: 11 * time.Second}, 10, 1, 9, 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			const n = 20000
			r := newStream(1, forSession, 1)
			sum, squares := 0.0, 0.0
			for range n {
				d := float64(tt.think.draw(&r)) / s
				if d < tt.least || d > tt.greatest {
					t.Fatalf("drew %v s", d)
				}
				sum += d
				squares += d * d
			}
			mean := sum / n
			sd := math.Sqrt(max(squares/n-mean*mean, 0))
			if math.Abs(mean-tt.mean) > 0.05 || math.Abs(sd-tt.sd) > 0.06 {
				t.Errorf("mean %v, standard deviation %v", mean, sd)
			}
		})
	}
}

func TestInbox(t *testing.T) {
	var b inbox
	drain := func() (all []string) {
		for {
			data, _, ok := b.pop()
			if !ok {
				return all
			}
			all = append(all, string(data[:1]))
		}
	}
	message := func(c byte, size int) []byte { return []byte(strings.Repeat(string(c), size)) }
	third := inboxSize / 3
	dropped := []int{
		b.push(message('a', third), 1), b.push(message('b', third), 2), b.push(message('c', third), 3),
		b.push(message('d', third), 4), b.push(message('e', inboxSize+1), 5),
	}
	if diff := cmp.Diff([]int{0, 0, 0, 1, 1}, dropped); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"b", "c", "d"}, drain()); diff != "" {
		t.Error(diff)
	}
	if cap(b.bytes) > small {
		t.Errorf("an empty inbox holds %d bytes", cap(b.bytes))
	}
	for i := range 3 * inboxSize {
		b.push([]byte{byte(i)}, int64(i))
		if _, at, ok := b.pop(); !ok || at != int64(i) {
			t.Fatalf("message %d: got that of %d, %v", i, at, ok)
		}
	}
	if cap(b.bytes) > 2*inboxSize {
		t.Errorf("it has grown to %d bytes", cap(b.bytes))
	}
}

func TestReadsData(t *testing.T) {
	tests := []struct {
		source string
		want   bool
	}{
		{"data.people.name", true},
		{"len(data.people.name) > 1", true},
		{"data['people'].name", true},
		{"data?.people", true},
		{"data.peoples.name", false},
		{"json.data.people", false},
		{"'data.people.name'", false},
		{"\"it's \\\" data.people\" == x", false},
		{"people", false},
	}
	for _, tt := range tests {
		if got := readsData(tt.source, "people"); got != tt.want {
			t.Errorf("%s: %v", tt.source, got)
		}
	}
}

// Whatever a value is, it reads back the same from where it was written.
func FuzzPlaces(f *testing.F) {
	for _, s := range []string{"", "a/b?c&d=e", "\x00\x1f\"\\\n", "ü€𝄞", "\xff", "%zz"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escaped, err := inQuery.append(nil, s)
		if back, err2 := url.PathUnescape(string(escaped)); err != nil || err2 != nil || back != s {
			t.Errorf("path: %q, %v, %v", escaped, err, err2)
		}
		if back, err := url.QueryUnescape(string(escaped)); err != nil || back != s {
			t.Errorf("query: %q, %v", escaped, err)
		}
		quoted, err := asJSON.append(nil, s)
		var back string
		if err != nil || json.Unmarshal(quoted, &back) != nil || back != strings.ToValidUTF8(s, "\uFFFD") && back != asRunes(s) {
			t.Errorf("JSON: %q, %v", quoted, err)
		}
		header, err := inHeader.append(nil, s)
		if bad := strings.ContainsAny(s, "\r\n"); bad != (err != nil) || !bad && string(header) != s {
			t.Errorf("header: %q, %v", header, err)
		}
	})
}

// asRunes replaces each byte that is no UTF-8 by itself.
func asRunes(s string) string { return string([]rune(s)) }
