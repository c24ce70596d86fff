package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/change"
	"plimsoll/runner/fleet/cloud"
)

// writing is what the verbs that write AWS have in common.
type writing struct {
	yes             bool
	allowProduction bool
	breakLock       bool
	keep            bool
	timeout         time.Duration // of the whole change, deployments included
}

func writingFlags(cmd *cobra.Command) *writing {
	w := &writing{}
	cmd.Flags().BoolVar(&w.yes, "yes", false, "do not ask")
	cmd.Flags().BoolVar(&w.allowProduction, "allow-production", false, "write services whose environment is production")
	cmd.Flags().BoolVar(&w.breakLock, "break-lock", false, "take the lock from whoever holds it; only if that one is known to be gone")
	cmd.Flags().BoolVar(&w.keep, "keep-partial", false, "when it fails, leave what was done, in place of undoing it")
	cmd.Flags().DurationVar(&w.timeout, "timeout", 30*time.Minute, "how long the change may take, deployments included; then it has failed")
	return w
}

func (w *writing) options() change.Options {
	return change.Options{BreakLock: w.breakLock, Keep: w.keep}
}

// mayWrite refuses accounts that nobody named, and state that nobody would find again.
func (c *Command) mayWrite(p *plan.Plan, f *fleetCall) error {
	for _, s := range p.Services {
		if s.ECS != nil && s.Desired != nil && f.chosen(s) && s.ECS.Account == "" && !p.AWSSimulated(s) {
			return wrong("%s does not say which account may be written to: give its ecs block account = \"…\", twelve digits", p.Secrets.Redact(s.Title()))
		}
	}
	return c.checkState(p)
}

// permitted refuses to write services of production without permission.
func (w *writing) permitted(p *plan.Plan, set *fleet.ChangeSet) error {
	for _, s := range p.Services {
		written := slices.ContainsFunc(set.Changes, func(c fleet.Change) bool { return c.Service == s.Title() })
		if written && s.Environment == "production" && !w.allowProduction {
			return wrong("%s is production: writing it needs --allow-production", p.Secrets.Redact(s.Title()))
		}
	}
	return nil
}

// asks reports whether somebody can answer.
func (c *Command) asks() bool {
	in, ok := c.Stdin.(*os.File)
	return ok && term.IsTerminal(int(in.Fd()))
}

// confirm asks whether to go on; only yes is yes.
func (c *Command) confirm(w *writing, what string) error {
	if w.yes {
		return nil
	}
	if !c.asks() {
		return wrong("nothing is changed: there is no terminal to ask on; give --yes to apply these changes")
	}
	fmt.Fprintf(c.Stderr, "\nApply %s? Type yes to go on: ", what)
	answer, err := bufio.NewReader(io.LimitReader(c.Stdin, 1<<10)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return stuck(fmt.Errorf("read the answer: %w", err))
	}
	if strings.TrimSpace(answer) != "yes" {
		fmt.Fprintln(c.Stderr, "Nothing is changed.")
		return ended(exitBad)
	}
	return nil
}

// changer is what carries changes out for a plan.
func (c *Command) changer(ctx context.Context, p *plan.Plan, aws *cloud.Cloud) (*change.Changer, error) {
	store, err := c.openState(ctx, p, aws)
	if err != nil {
		return nil, err
	}
	return &change.Changer{
		Resources: aws, Store: store, Plan: p.Below, Who: who(), Now: time.Now, Alive: alive, Progress: c.step,
	}, nil
}

// who is this process, for whoever meets its lock or its log.
func who() change.Who {
	w := change.Who{Host: host(), PID: os.Getpid(), User: "unknown"}
	if u, err := user.Current(); err == nil {
		w.User = u.Username
	}
	return w
}

// step shows what is being done.
func (c *Command) step(s change.Step) {
	what := map[change.Doing]string{change.Writing: "", change.Settling: ": waiting until it is stable …", change.Undoing: ": undone"}
	text, shown := what[s.Doing]
	if !shown {
		return
	}
	fmt.Fprintf(c.Stderr, "%3d/%d %s %s%s\n", s.Change+1, s.Of, strings.ReplaceAll(string(s.Ref.Kind), "_", " "), diag.Line(s.Ref.ID), text)
}
