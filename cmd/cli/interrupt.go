package cli

import (
	"context"
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
				return &outcome{exitInterrupted, said(err)}
			}
			return err
		case <-signals:
			if interrupted { // work goes on until the process ends, which is now
				return ended(exitInterrupted)
			}
			interrupted = true
			cancel()
		}
	}
}

// said is what is left to say of an error: nothing of one that said it already.
func said(err error) error {
	if o, ok := err.(*outcome); ok {
		return o.err
	}
	return err
}
