//go:build linux || darwin

package machine

import "testing"

// TestRaiseFromBelow lowers the limit of the test itself, which is back where it was when the test has passed.
func TestRaiseFromBelow(t *testing.T) {
	before, err := RaiseDescriptors()
	if err != nil {
		t.Fatal(err)
	}
	_, hard, err := rlimit()
	if err != nil {
		t.Fatal(err)
	}
	if err := setRlimit(before-1, hard); err != nil {
		t.Fatal(err)
	}
	after, err := RaiseDescriptors()
	if err != nil {
		t.Fatal(err)
	}
	soft, _, err := rlimit()
	if err != nil || soft != before || after != before {
		t.Errorf("%d before, %d returned, %d in force, %v", before, after, soft, err)
	}
}
