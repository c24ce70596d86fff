package change

import (
	"fmt"
	"strings"

	"plimsoll/runner/fleet"
)

// Drift is a resource that is not as it should be at this point. It names fields and never tells their values.
type Drift struct {
	Service string
	Ref     fleet.Ref
	Fields  []string // that differ, sorted
}

func (d Drift) String() string {
	return d.Ref.String() + ": " + strings.Join(d.Fields, ", ")
}

func (e *edit) drift(now, want fleet.Document) Drift {
	fields := names(e.Ref.Kind, e.steady(now), e.steady(want))
	if len(fields) == 0 {
		fields = []string{"desired tasks"} // all else is the same
	}
	return Drift{e.Service, e.Ref, fields}
}

// DriftError says that resources were changed by somebody else since they were shown, or since a crash.
type DriftError struct{ Drifts []Drift }

func (e *DriftError) Error() string {
	all := make([]string, len(e.Drifts))
	for i, d := range e.Drifts {
		all[i] = d.String()
	}
	return "changed by somebody else meanwhile, and so not written: " + strings.Join(all, "; ") + ": look again, and decide anew"
}

// UnverifiedError says that AWS took a write, and shows something else when asked.
type UnverifiedError struct{ Drift Drift }

func (e *UnverifiedError) Error() string {
	return "written, and yet not so when read back: " + e.Drift.String()
}

// FailedError says that a change set stopped in the middle, and what became of the changes that were made.
type FailedError struct {
	Cause  error
	Undone bool  // all is as it was before
	Undo   error // why undoing failed; nil where it was not tried
}

func (e *FailedError) Error() string {
	switch {
	case e.Undone:
		return fmt.Sprintf("%v; what was changed before that is undone: all is as it was", e.Cause)
	case e.Undo != nil:
		return fmt.Sprintf("%v; undoing failed too: %v; the journal is kept: finish the change set, or undo it", e.Cause, e.Undo)
	}
	return fmt.Sprintf("%v; the journal is kept: finish the change set, or undo it", e.Cause)
}

// Unwrap gives what went wrong.
func (e *FailedError) Unwrap() []error {
	if e.Undo == nil {
		return []error{e.Cause}
	}
	return []error{e.Cause, e.Undo}
}
