package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plimsoll/dsl/diag"
	"plimsoll/dsl/plan"
	"plimsoll/runner/export"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/fleet/watch"
	"plimsoll/runner/report"
	"plimsoll/runner/result"
)

// watching is one call of watch.
type watching struct {
	*fleetCall
	once       bool
	every      time.Duration
	window     time.Duration
	prometheus string // address to listen on
	emf        bool
	logs       bool
	since      string
}

func (c *Command) watchVerb() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "watch [PLAN]",
		Short: "Show how the ECS services of a plan stand, again and again",
		Long: "Show how the ECS services of a plan stand: tasks, utilization, headroom to what was proven, alarms, cost, and whether\n" +
			"their SLAs hold on live metrics. It reads, and changes nothing.\n\n" +
			"Exit codes with --once: 0 all SLAs hold, 1 one fails, 3 nothing could be read, 4 one has no data. Without it a watch\n" +
			"goes on until it is interrupted (Ctrl-C), which is its normal end, with 130.",
		Args: cobra.MaximumNArgs(1),
	}
	w := &watching{fleetCall: fleetFlags(cmd)}
	w.evidenceFlags(cmd)
	cmd.Flags().BoolVar(&w.once, "once", false, "look once, and end with an exit code")
	cmd.Flags().DurationVar(&w.every, "every", 15*time.Second, "how often to look")
	cmd.Flags().DurationVar(&w.window, "window", 5*time.Minute, "span of CloudWatch's metrics that SLAs are judged on")
	cmd.Flags().StringVar(&w.prometheus, "prometheus", "", "serve /metrics on this address; without a host, on loopback only (:9090)")
	cmd.Flags().BoolVar(&w.emf, "emf", false, "write log lines in CloudWatch's embedded metric format")
	cmd.Flags().BoolVar(&w.logs, "logs", false, "follow the services' logs in CloudWatch")
	cmd.Flags().StringVar(&w.since, "since", "", "show how the peaks of the days have developed, as in 14d, and when a growing service runs out of room")
	for _, other := range []string{"once", "since", "emf", "prometheus"} {
		cmd.MarkFlagsMutuallyExclusive("logs", other)
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error { return c.watch(w, args) }
	return cmd
}

func (c *Command) watch(w *watching, args []string) error {
	if w.every < time.Second {
		return wrong("--every must be at least 1s: AWS limits how often it may be asked")
	}
	p, err := c.fleetPlan(w.fleetCall, args)
	if err != nil {
		return err
	}
	return c.withCloud(p, w.fleetCall, func(ctx context.Context, aws *cloud.Cloud) error {
		switch {
		case w.since != "":
			return c.trends(ctx, p, aws, w)
		case w.logs:
			return c.followLogs(ctx, p, aws, w)
		}
		return c.look(ctx, p, aws, w)
	})
}

// look prepares the watcher by one thorough observation, and looks until it is interrupted.
func (c *Command) look(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, w *watching) error {
	state, err := aws.Observe(ctx, p)
	if err != nil {
		return stuck(err)
	}
	for _, s := range state.Services {
		if s.Missing != "" {
			fmt.Fprintln(c.Stderr, diag.Line(p.Secrets.Redact(s.Title+": "+s.Missing)))
		}
	}
	options, err := w.options(ctx, p, aws, state)
	if err != nil {
		return err
	}
	watcher, err := watch.New(p, aws, options)
	if err != nil {
		return wrong("%w", err)
	}
	page := &export.Prometheus{}
	served, err := c.servePrometheus(w.prometheus, page)
	if err != nil {
		return stuck(err)
	}
	defer served()
	return c.tables(ctx, watcher, w, func(t watch.Table) error { page.Show(t); return c.tell(p, t, w) })
}

// tables looks at once, and then every so often. Only --once has a verdict: a watch that goes on ends by being interrupted.
func (c *Command) tables(ctx context.Context, watcher *watch.Watcher, w *watching, tell func(watch.Table) error) error {
	ticker := time.NewTicker(w.every)
	defer ticker.Stop()
	for {
		t := watcher.Look(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err := delivered(tell(t)); err != nil {
			return err
		}
		if w.once {
			return ended(verdictOf(t))
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// verdictOf is the exit code of a look: nothing that could be read is trouble, not a judgement.
func verdictOf(t watch.Table) int {
	for _, s := range t.Services {
		if s.State != watch.Unread && s.State != watch.Missing {
			return map[result.Verdict]int{result.Pass: exitGood, result.Fail: exitBad, result.Inconclusive: exitInconclusive}[t.Verdict]
		}
	}
	return exitStuck
}

// tell writes one table in every form that was asked for.
func (c *Command) tell(p *plan.Plan, t watch.Table, w *watching) error {
	switch {
	case w.emf:
		log := export.EMF{To: c.Stdout}
		for _, s := range t.Services {
			if err := log.Service(t.At, p.Path, s); err != nil {
				return err
			}
		}
		return nil
	case w.output == asJSON:
		return writeJSON(c.Stdout, t)
	}
	width := c.columns(c.Stdout)
	lines := report.Watch(t, report.Layout{Ink: c.ink(c.Stdout), Width: width})
	if width > 0 && !w.once {
		fmt.Fprint(c.Stdout, clearScreen)
	}
	_, err := fmt.Fprintln(c.Stdout, p.Secrets.Redact(strings.Join(lines, "\n")))
	return err
}

// clearScreen puts the cursor into the upper left corner of an empty screen (ECMA-48).
const clearScreen = "\x1b[H\x1b[2J"

// servePrometheus listens, on loopback unless a host is named, until the returned function is called.
func (c *Command) servePrometheus(address string, page *export.Prometheus) (func(), error) {
	if address == "" {
		return func() {}, nil
	}
	if strings.HasPrefix(address, ":") {
		address = "127.0.0.1" + address
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("serve /metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", page.Handler())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	fmt.Fprintf(c.Stderr, "Metrics: http://%s/metrics\n", listener.Addr())
	return func() {
		_ = server.Close()
		if err := <-done; !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintf(c.Stderr, "Serving /metrics ended early: %v\n", err)
		}
	}, nil
}

// options are what a watch is told besides the plan.
func (w *watching) options(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, state *fleet.State) (watch.Options, error) {
	prices, err := w.list(ctx, aws, priced(p, state.Services))
	if err != nil {
		return watch.Options{}, err
	}
	results, err := w.evidence()
	if err != nil {
		return watch.Options{}, err
	}
	return watch.Options{
		Place: func(s *plan.Service) fleet.Place { return cloud.PlaceOf(p, s) }, Only: w.services, Window: w.window,
		Price: prices.Task, Proven: provenBy(p, results),
	}, nil
}

// trends shows what CloudWatch remembers.
func (c *Command) trends(ctx context.Context, p *plan.Plan, aws *cloud.Cloud, w *watching) error {
	span, err := days(w.since)
	if err != nil {
		return wrong("--since: %w", err)
	}
	state, err := aws.Observe(ctx, p)
	if err != nil {
		return stuck(err)
	}
	history, hidden, err := aws.History(ctx, p, max(int(span.Hours()/24), 1))
	if err != nil {
		return stuck(err)
	}
	for _, h := range hidden {
		fmt.Fprintln(c.Stderr, diag.Line("Not read: "+strings.TrimLeft(h.Service+", "+h.What+": "+h.Reason, ", ")))
	}
	results, err := w.evidence()
	if err != nil {
		return err
	}
	most := map[string]int{}
	for _, s := range state.Services {
		if s.Target != nil {
			most[s.Title] = s.Target.Max
		}
	}
	all := slices.DeleteFunc(watch.Trends(p, history, most, provenBy(p, results)), func(t watch.Trend) bool {
		return len(w.services) > 0 && !slices.Contains(w.titles(p), t.Service)
	})
	if w.output == asJSON {
		return delivered(writeJSON(c.Stdout, all))
	}
	return delivered(report.Trends(c.Stdout, all, report.Layout{Ink: c.ink(c.Stdout), Width: c.columns(c.Stdout)}))
}
