package cli

import (
	"context"
	"errors"
	"io"
	"os"
	"testing"
)

func TestExitCodes(t *testing.T) {
	world := errors.New("the world is on fire")
	tests := map[string]struct {
		signals int
		work    func(context.Context) error
		want    int
	}{
		"good":              {0, func(context.Context) error { return nil }, 0},
		"bad":               {0, func(context.Context) error { return ended(exitBad) }, 1},
		"wrong before bad":  {0, func(context.Context) error { return errors.Join(wrong("no"), ended(exitBad)) }, 2},
		"stuck":             {0, func(context.Context) error { return stuck(world) }, 3},
		"stuck before bad":  {0, func(context.Context) error { return errors.Join(stuck(world), ended(exitBad)) }, 3},
		"interrupted first": {1, func(ctx context.Context) error { <-ctx.Done(); return ended(exitBad) }, 130},
		"twice, at once":    {2, func(ctx context.Context) error { <-ctx.Done(); select {} }, 130},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var signals chan<- os.Signal
			c := &Command{Stderr: io.Discard, Signals: func(s chan<- os.Signal) { signals = s }}
			code := make(chan int, 1)
			started := make(chan struct{})
			go func() {
				code <- c.report(c.gracefully(func(ctx context.Context) error { close(started); return tt.work(ctx) }))
			}()
			<-started
			for range tt.signals {
				signals <- os.Interrupt
			}
			if got := <-code; got != tt.want {
				t.Errorf("exit code %d, want %d", got, tt.want)
			}
		})
	}
}
