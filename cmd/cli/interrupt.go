package cli

import (
	"context"
	"errors"
	"os"
)

// gracefully does work that an interrupt ends in order: the first one ends its context, a second one does not wait.
func (c *Command) gracefully(work func(context.Context) error) error {
	signals := make(chan os.Signal, 2)
	if c.Signals != nil {
		c.Signals(signals)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	interrupted := false
	for {
		select {
		case err := <-done:
			if interrupted {
				return interruption(err)
			}
			return err
		case <-signals:
			if interrupted { // work goes on until the process ends, which is now
				return interruption(nil)
			}
			interrupted = true
			cancel()
		}
	}
}

// interruption is the outcome of work that was interrupted, and of what went wrong meanwhile.
func interruption(err error) error {
	if err = said(err); err == nil {
		err = errors.New("interrupted")
	}
	return &outcome{exitInterrupted, err}
}

// said is what is left to say of an error: nothing of one that said it already. What is joined is taken apart only to
// find that one: an error that wraps several has words of its own.
func said(err error) error {
	if hidden := new(outcome); !errors.As(err, &hidden) {
		return err
	}
	switch e := err.(type) {
	case *outcome:
		return e.err
	case interface{ Unwrap() []error }:
		var all []error
		for _, joined := range e.Unwrap() {
			all = append(all, said(joined))
		}
		return errors.Join(all...)
	}
	return err
}
