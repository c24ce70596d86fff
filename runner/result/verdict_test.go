package result

import (
	"testing"
)

func TestVerdict(t *testing.T) {
	var zero Verdict
	if zero != Inconclusive {
		t.Error("no data is a pass")
	}
	for _, v := range []Verdict{Inconclusive, Fail, Pass} {
		text, err := v.MarshalText()
		if err != nil {
			t.Fatal(err)
		}
		var back Verdict
		if err := back.UnmarshalText(text); err != nil || back != v {
			t.Errorf("%v became %v: %v", v, back, err)
		}
	}
}

func TestWorst(t *testing.T) {
	tests := []struct {
		all  []Verdict
		want Verdict
		exit int
	}{
		{nil, Inconclusive, 4},
		{[]Verdict{Pass}, Pass, 0},
		{[]Verdict{Pass, Pass}, Pass, 0},
		{[]Verdict{Pass, Inconclusive, Pass}, Inconclusive, 4},
		{[]Verdict{Pass, Fail, Inconclusive}, Fail, 1},
		{[]Verdict{Inconclusive, Pass}, Inconclusive, 4},
	}
	for _, test := range tests {
		d := Document{Verdict: Worst(test.all...)}
		if d.Verdict != test.want || d.ExitCode() != test.exit {
			t.Errorf("%v: %v, exit %d", test.all, d.Verdict, d.ExitCode())
		}
	}
}
