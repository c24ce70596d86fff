package result

import "fmt"

var verdictNames = [...]string{Inconclusive: "inconclusive", Fail: "fail", Pass: "pass"}

func (v Verdict) String() string { return verdictNames[v] }

// MarshalText makes a verdict a word in JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText is the inverse of MarshalText.
func (v *Verdict) UnmarshalText(text []byte) error {
	for i, name := range verdictNames {
		if name == string(text) {
			*v = Verdict(i)
			return nil
		}
	}
	return fmt.Errorf("%q is no verdict; want pass, fail or inconclusive", text)
}

// Worst is the verdict over several: fail beats inconclusive beats pass. Of none it is Inconclusive.
func Worst(verdicts ...Verdict) Verdict {
	worst := Inconclusive
	for i, v := range verdicts {
		if i == 0 || v.rank() > worst.rank() {
			worst = v
		}
	}
	return worst
}

func (v Verdict) rank() int {
	switch v {
	case Fail:
		return 2
	case Inconclusive:
		return 1
	}
	return 0
}

// ExitCode is what a run with this document exits with: 0 passed, 1 failed, 4 inconclusive. What the caller alone
// knows (a wrong plan 2, a run that could not be made 3, an interrupt 130) comes before it.
func (d *Document) ExitCode() int {
	switch d.Verdict {
	case Pass:
		return 0
	case Fail:
		return 1
	}
	return 4
}
