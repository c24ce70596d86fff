// Package runner runs a plan: scenario after scenario, phase after phase, and judges what was measured. It makes no load
// itself, that is the engine's, and reads neither flags nor environment; it looks at its own process to see whether the
// generator kept up.
package runner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/analysis"
	"plimsoll/runner/result"
)

// Options are what the plan does not say. The zero value runs every scenario against the plan's own endpoints, silently.
type Options struct {
	Only      []string            // titles or names of the scenarios to run; empty: all
	Endpoints map[string]Endpoint // by the service's title, in place of the plan's, as for simulated services
	Journal   Journal             // what was measured is appended to it while running; nil: nowhere
	Progress  func(Progress)      // called a few times a second, always by the goroutine of Run; nil: nobody looks
	Require   bool                // a requirement that was not tested makes the run inconclusive
	Version   string              // of plimsoll
	Now       func() time.Time    // the time of day; nil: time.Now
	Host      string              // name of this machine

	// Fleet follows the ECS services of services while a scenario runs, from now until Close or until ctx is done; their AWS's
	// clock runs speed times as fast as the wall's. nil: none is observed.
	Fleet func(ctx context.Context, services []*plan.Service, speed float64) Following

	// Remedy says what to change on this machine where its descriptors, ports or CPU keep it from holding so many
	// connections; nil: there is general advice.
	Remedy func(connections int, resource string) []string
}

// Endpoint is where a service is found, if not where the plan says.
type Endpoint struct {
	URL   string  // scheme://host:port
	CA    string  // PEM by which it is trusted; "" for the plan's
	Speed float64 // plan seconds per wall second of a simulated service; 0 is 1
}

// Run runs the plan and judges it. An error means that it could not be run: a service cannot be reached, before any load;
// a scenario could not be prepared; the journal could not be written. The document, unless it is nil, then holds what there
// was. A ctx that is done ends the run gracefully, in a few seconds, with a document and no error.
func Run(ctx context.Context, p *plan.Plan, o Options) (*result.Document, error) {
	return newRun(p, o, openEngine).do(ctx)
}

// run is one run under way. Only the goroutine of Run uses it.
type run struct {
	plan    *plan.Plan
	options Options
	open    opener
	doc     *result.Document
	journal *journal
	proofs  []proof
	aborted string                       // why the scenarios still to come are not run
	anchors map[string]result.FleetState // how each ECS service was first seen, by the service's title
	spent   map[string]float64           // what its tasks have cost in the scenarios before, USD
}

func newRun(p *plan.Plan, o Options, open opener) *run {
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &run{
		plan: p, options: o, open: open, doc: header(p, o), anchors: map[string]result.FleetState{}, spent: map[string]float64{},
	}
	r.journal = newJournal(o.Journal, o.Now, p.Secrets.Redact)
	return r
}

// header is the document before anything was measured.
func header(p *plan.Plan, o Options) *result.Document {
	now, seed := o.Now(), p.Seed
	if seed == 0 {
		seed = rand.Uint64()>>11 + 1 // JSON readers hold 53 bits of a number
	}
	return &result.Document{
		Schema: result.Schema, Run: fmt.Sprintf("%s-%08x", now.UTC().Format("20060102-150405"), rand.Uint32()),
		Version: o.Version, Started: now, Ended: now, Seed: seed, Generator: generator(o.Host),
		Plan: result.Plan{Path: p.Path, Description: p.Description, Environment: p.Environment},
	}
}

func (r *run) do(ctx context.Context) (*result.Document, error) {
	chosen, err := choose(r.plan.Scenarios, r.options.Only)
	if err != nil {
		return nil, err
	}
	for _, sc := range chosen {
		r.meet(sc.Service)
	}
	if err := r.reach(ctx, chosen); err != nil {
		return nil, err
	}
	r.journal.append(result.Record{Header: r.doc})
	for _, sc := range chosen {
		if r.skips(ctx, sc) {
			continue
		}
		if err = r.scenario(ctx, sc); err != nil {
			err = fmt.Errorf("run %s: %w", sc.Title(), err)
			r.aborted = "an earlier scenario could not be run"
			break
		}
	}
	r.finish(ctx)
	if err == nil {
		err = r.journal.err
	}
	return result.Redacted(r.doc, r.plan.Secrets.Redact), err
}

// choose picks scenarios by title or name, in the plan's order.
func choose(all []*plan.Scenario, only []string) ([]*plan.Scenario, error) {
	if len(only) == 0 {
		return all, nil
	}
	var chosen []*plan.Scenario
	for _, sc := range all {
		if slices.Contains(only, sc.Title()) || slices.Contains(only, sc.Name) {
			chosen = append(chosen, sc)
		}
	}
	for _, name := range only {
		if !slices.ContainsFunc(all, func(sc *plan.Scenario) bool { return sc.Title() == name || sc.Name == name }) {
			return nil, fmt.Errorf("the plan has no scenario %q", name)
		}
	}
	return chosen, nil
}

// meet lists a service in the document, once.
func (r *run) meet(service *plan.Service) {
	title := service.Title()
	if slices.ContainsFunc(r.doc.Services, func(s result.Service) bool { return s.Name == title }) {
		return
	}
	met := result.Service{Name: title, Endpoint: service.Endpoint, Simulated: service.Simulate != nil}
	if e, ok := r.options.Endpoints[title]; ok {
		met.Endpoint = e.URL
	}
	if met.Simulated {
		met.Speed = r.speed(service)
	}
	if service.TLS.InsecureSkipVerify {
		met.Warnings = append(met.Warnings, analysis.UnverifiedWarning)
	}
	r.doc.Services = append(r.doc.Services, met)
}

// speed is how many plan seconds pass in a second.
func (r *run) speed(service *plan.Service) float64 {
	if e, ok := r.options.Endpoints[service.Title()]; ok && e.Speed > 0 {
		return e.Speed
	}
	return 1
}

// reach tries one connection to each service, so that none is found missing under load.
func (r *run) reach(ctx context.Context, chosen []*plan.Scenario) error {
	var tried []*plan.Service
	for _, sc := range chosen {
		if slices.Contains(tried, sc.Service) {
			continue
		}
		tried = append(tried, sc.Service)
		l, err := r.open(sc, r.engineOptions(sc), time.Second)
		if err != nil {
			return fmt.Errorf("prepare %s: %w", sc.Title(), err)
		}
		err = l.load.Reach(ctx)
		l.load.Close()
		if err != nil {
			return fmt.Errorf("reach service %s before any load: %w", sc.Service.Title(), err)
		}
	}
	return nil
}

// skips lists a scenario that is not run because the run has been stopped.
func (r *run) skips(ctx context.Context, sc *plan.Scenario) bool {
	why := r.aborted
	if ctx.Err() != nil {
		why = "the run was interrupted"
	}
	if why == "" {
		return false
	}
	now := r.options.Now()
	r.doc.Scenarios = append(r.doc.Scenarios, result.Scenario{
		Name: sc.Title(), Kind: sc.Kind.String(), Service: sc.Service.Title(), Digest: sc.Digest, Open: sc.Load.Open,
		Speed: r.speed(sc.Service), Started: now, Ended: now, Cut: "not run", Reasons: []string{"not run: " + why},
	})
	return true
}
