package cli

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"time"

	"plimsoll/dsl/diag"
	"plimsoll/runner"
	"plimsoll/runner/report"
)

const (
	liveInterval = 200 * time.Millisecond
	lineInterval = 10 * time.Second // where there is no terminal
	maxEvents    = 1000             // that wait to be written
)

// A progress shows how a run goes: on a terminal by a block that is drawn anew, elsewhere by a line now and then. What
// has happened stays. It writes from a goroutine of its own, so that a terminal that is held does not hold the run.
type progress struct {
	screen screen
	live   bool
	ink    diag.Ink

	mu     sync.Mutex
	latest runner.Progress
	fresh  bool // latest has not been shown
	events []string

	quit chan struct{}
	done chan struct{}
}

// startProgress shows a run on Stderr until stop is called. When ctx is done, it says that the run is ending.
func (c *Command) startProgress(ctx context.Context) *progress {
	width := c.columns(c.Stderr)
	p := newProgress(c.Stderr, width, c.ink(c.Stderr))
	go p.show(ctx)
	return p
}

func newProgress(out io.Writer, width int, ink diag.Ink) *progress {
	return &progress{
		screen: screen{out: out, width: width}, live: width > 0, ink: ink,
		quit: make(chan struct{}), done: make(chan struct{}),
	}
}

// tell takes the present state. It never waits for the terminal.
func (p *progress) tell(now runner.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.latest, p.fresh = now, true
	if len(p.events) >= maxEvents {
		return
	}
	if now.Level != nil {
		p.events = append(p.events, report.Level(*now.Level))
	}
	if now.Event != "" {
		p.events = append(p.events, now.Kind+" "+now.Scenario+", "+now.Event)
	}
}

// stop shows what is left to be shown, and takes the block away.
func (p *progress) stop() {
	close(p.quit)
	<-p.done
}

func (p *progress) show(ctx context.Context) {
	defer close(p.done)
	interval := liveInterval
	if !p.live {
		interval = time.Second
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	line, stopping := time.Now(), ctx.Done()
	for {
		select {
		case <-p.quit:
			p.flush()
			p.screen.clear()
			return
		case <-stopping:
			p.screen.keep("Stopping: users finish what they are at. Once more, and it ends at once, leaving only its journal.")
			stopping = nil
		case now := <-ticker.C:
			p.flush()
			if p.live || now.Sub(line) >= lineInterval {
				p.refresh()
				line = now
			}
		}
	}
}

// flush writes what has happened.
func (p *progress) flush() {
	p.mu.Lock()
	events := p.events
	p.events = nil
	p.mu.Unlock()
	for _, event := range events {
		p.screen.keep(diag.Line(event))
	}
}

// refresh shows the present state.
func (p *progress) refresh() {
	p.mu.Lock()
	now, fresh := p.latest, p.fresh
	p.fresh = false
	p.mu.Unlock()
	switch {
	case p.live && now.Scenario != "":
		p.screen.draw(p.block(now)...)
	case fresh && !p.live:
		p.screen.keep(where(now) + ": " + numbers(now))
	}
}

// block is what a terminal shows of a run.
func (p *progress) block(now runner.Progress) []string {
	block := []string{
		p.ink.Bold(where(now)) + "  " + p.ink.Dim(clock(now)),
		"  " + bar(now, min(40, p.screen.width-4)),
		"  " + numbers(now),
	}
	if now.Failed > 0 {
		block = append(block, "  "+p.ink.Yellow("an SLA failed "+times(now.Failed)))
	}
	return block
}

// where names the scenario and the phase.
func where(now runner.Progress) string {
	return diag.Line(strings.TrimRight(now.Kind+" "+now.Scenario+", "+now.Phase, ", "))
}

// clock is the plan time of the scenario.
func clock(now runner.Progress) string {
	elapsed := report.Seconds(now.Elapsed.Round(time.Second).Seconds())
	if now.Expected <= 0 {
		return elapsed
	}
	return elapsed + " of " + report.Seconds(now.Expected.Seconds())
}

// numbers are the load and what comes of it.
func numbers(now runner.Progress) string {
	load := fmt.Sprintf("%s of %s users", report.Count(now.Present), report.Count(math.Round(now.Asked)))
	if now.Kind == "capacity" {
		load = fmt.Sprintf("%s of %s connections", report.Count(now.Present), report.Count(math.Round(now.Asked)))
	}
	if now.Open {
		load = fmt.Sprintf("%s sessions/s, %s in flight", report.Count(math.Round(now.Asked*10)/10), report.Count(now.Present))
	}
	p95 := "–"
	if now.P95 > 0 {
		p95 = report.Seconds(now.P95)
	}
	text := fmt.Sprintf("%s, %s, p95 %s, errors %s", load, report.PerSecond(now.Throughput), p95, report.Percent(now.ErrorRate))
	if now.Tasks != "" {
		text += ", " + diag.Line(now.Tasks)
	}
	return text
}

// bar shows how much of the scenario is behind; nothing where that is not known.
func bar(now runner.Progress, width int) string {
	if now.Expected <= 0 || width <= 0 {
		return ""
	}
	full := min(int(float64(width)*now.Elapsed.Seconds()/now.Expected.Seconds()), width)
	return strings.Repeat("━", full) + strings.Repeat("─", width-full)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return report.Count(n) + " times"
}
