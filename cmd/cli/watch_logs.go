package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
)

// tail is one log to follow.
type tail struct {
	service       string
	place         fleet.Place
	group, prefix string
}

// followLogs writes what the containers of the services log from now on, until it is interrupted.
func (c *Command) followLogs(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, w *watching) error {
	state, err := aws.Observe(ctx, p)
	if err != nil {
		return stuck(err)
	}
	tails := tailsOf(p, state, w.fleetCall)
	if len(tails) == 0 {
		why := "no container of these services logs to CloudWatch (log driver awslogs)"
		for _, h := range state.Hidden {
			why += "; not read: " + h.What + ": " + h.Reason
		}
		return stuck(errors.New(why))
	}
	fmt.Fprintln(c.Stderr, diag.Line("Following "+strings.Join(groups(tails), ", ")+", from now on."))
	var (
		work sync.WaitGroup
		mu   sync.Mutex // guards Stdout and failed
		all  []error
	)
	for _, t := range tails {
		work.Go(func() {
			err := aws.Logs(ctx, t.place, t.group, t.prefix, aws.Now(t.place), func(at time.Time, _, text string) error {
				mu.Lock()
				defer mu.Unlock()
				_, err := fmt.Fprintf(c.Stdout, "%s %s %s\n", at.UTC().Format(time.RFC3339), diag.Line(t.service), diag.Line(p.Secrets.Redact(text)))
				return err
			})
			mu.Lock()
			defer mu.Unlock()
			if err != nil && ctx.Err() == nil {
				all = append(all, err)
				fmt.Fprintf(c.Stderr, "%s is not followed any more: %s\n", diag.Line(t.group), diag.Line(err.Error()))
			}
		})
	}
	work.Wait()
	if len(all) == len(tails) {
		return stuck(errors.Join(all...))
	}
	return nil
}

// groups names what is followed: the log group of each service, each once.
func groups(tails []tail) []string {
	var all []string
	for _, t := range tails {
		if text := t.group + " (" + t.service + ")"; !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// tailsOf lists the logs of the chosen services, each group and prefix once.
func tailsOf(p *plan.Plan, state *fleet.State, f *fleetCall) []tail {
	var all []tail
	seen := map[tail]bool{}
	for _, s := range p.Services {
		for i := range state.Services {
			found := &state.Services[i]
			if found.Title != s.Title() || !f.chosen(s) {
				continue
			}
			for _, container := range found.TaskDefinition.Containers {
				t := tail{found.Title, found.Place, container.LogGroup, container.LogPrefix}
				if t.group != "" && !seen[t] {
					seen[t] = true
					all = append(all, t)
				}
			}
		}
	}
	return all
}
