package cli

import (
	"errors"
	"fmt"
	"syscall"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
)

// The exit codes of every verb.
const (
	exitGood         = 0
	exitBad          = 1 // judged, and bad
	exitWrong        = 2 // the plan or the call
	exitStuck        = 3 // could not work
	exitInconclusive = 4
	exitInterrupted  = 130
)

// An outcome is an error that knows its exit code. Without an error inside, what it has to say was said already.
type outcome struct {
	code int
	err  error
}

func (o *outcome) Error() string {
	if o.err == nil {
		return fmt.Sprintf("exit %d", o.code)
	}
	return o.err.Error()
}

func (o *outcome) Unwrap() error { return o.err }

// ended is the outcome of a verb that has said all it had to say.
func ended(code int) error {
	if code == exitGood {
		return nil
	}
	return &outcome{code: code}
}

// wrong is a mistake in the call.
func wrong(format string, args ...any) error {
	return &outcome{exitWrong, fmt.Errorf(format, args...)}
}

// stuck is trouble in the world.
func stuck(err error) error {
	if err == nil {
		return nil
	}
	return &outcome{exitStuck, err}
}

// delivered is stuck for what was written to the standard output. That nobody reads on is no trouble.
func delivered(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return stuck(err)
}

// called makes an outcome of what cobra found wrong in a call, naming the verb whose help tells how it is called.
func called(verb *cobra.Command, err error) error {
	var o *outcome
	if err == nil || errors.As(err, &o) {
		return err
	}
	return wrong("%w\nSee: %s --help", err, verb.CommandPath())
}

// report says what went wrong and returns the exit code.
func (c *Command) report(err error) int {
	if err == nil {
		return exitGood
	}
	var o *outcome
	if !errors.As(err, &o) {
		o = &outcome{exitWrong, err}
	}
	if o.err != nil {
		fmt.Fprintf(c.Stderr, "plimsoll: %s\n", diag.Visible(o.err.Error()))
	}
	return o.code
}
