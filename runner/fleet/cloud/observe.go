package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// Observe takes a snapshot of everything that a plan speaks of. What cannot be read is in State.Hidden, a service that is
// not there says so itself; the error is for a plan of which nothing at all could be read, and says what to do.
func (c *Cloud) Observe(ctx context.Context, p *plan.Plan) (*fleet.State, error) {
	surveys, failed := c.surveys(ctx, p)
	if failed != nil {
		return nil, failed
	}
	each(surveys, func(s *survey) { s.read(ctx) })
	if err := nothingRead(surveys); err != nil {
		return nil, err
	}
	state := &fleet.State{At: c.Now(surveys[0].place)}
	estate := c.estateOf(p, surveys)
	estate.read(ctx)
	estate.fill(state)
	for _, service := range p.Services {
		if found := findSubject(surveys, service); found != nil {
			state.Services = append(state.Services, found.Service)
		}
	}
	state.Hidden = gather(p, surveys, estate.hidden)
	return state, ctx.Err()
}

// surveys prepares one survey for each place of the plan, with the account of its credentials checked. Services of a place
// that cannot be asked are in a survey that asks nothing; where that is so of every place, there is none, but an error.
func (c *Cloud) surveys(ctx context.Context, p *plan.Plan) ([]*survey, error) {
	surveys := c.divide(p)
	each(surveys, func(s *survey) { s.enter(ctx, c) })
	var failures []error
	for _, s := range surveys {
		if s.failed != nil {
			failures = append(failures, s.failed)
		}
	}
	if len(failures) == len(surveys) {
		return nil, fmt.Errorf("read AWS: %w", errors.Join(distinct(failures)...))
	}
	return surveys, nil
}

// divide sorts the plan's services by where they are. A plan without any is at home in the environment's own place.
func (c *Cloud) divide(p *plan.Plan) []*survey {
	var surveys []*survey
	for _, service := range p.Services {
		if service.ECS == nil {
			continue
		}
		place := PlaceOf(p, service)
		i := slices.IndexFunc(surveys, func(s *survey) bool { return s.place == place })
		if i < 0 {
			i, surveys = len(surveys), append(surveys, &survey{place: place, now: c.Now(place)})
		}
		surveys[i].subjects = append(surveys[i].subjects, newSubject(service, place))
	}
	if len(surveys) == 0 {
		place := fleet.Place{Simulated: p.Fleet != nil && p.Fleet.Simulate != ""}
		surveys = append(surveys, &survey{place: place, now: c.Now(place)})
	}
	return surveys
}

// nothingRead is the trouble that kept every service of the plan from being read, nil where there was none or it was no
// trouble of the whole account.
func nothingRead(surveys []*survey) error {
	var all error
	for _, s := range surveys {
		for _, subject := range s.subjects {
			if subject.trouble == nil || !subject.trouble.all {
				return nil
			}
			all = subject.trouble
		}
	}
	if all == nil {
		return nil
	}
	return fmt.Errorf("read AWS: %w", all)
}

func findSubject(surveys []*survey, service *plan.Service) *subject {
	for _, s := range surveys {
		for _, subject := range s.subjects {
			if subject.plan == service {
				return subject
			}
		}
	}
	return nil
}

// gather joins what was hidden from the surveys: what was hidden of every service in the same way becomes one entry.
func gather(p *plan.Plan, surveys []*survey, more []fleet.Hidden) []fleet.Hidden {
	services := 0
	for _, s := range p.Services {
		if s.ECS != nil {
			services++
		}
	}
	counts := map[fleet.Hidden]int{}
	var order []fleet.Hidden
	for _, s := range surveys {
		for _, h := range s.hidden {
			h.Service = ""
			if counts[h]++; counts[h] == services {
				order = append(order, h)
			}
		}
	}
	for _, s := range surveys {
		for _, h := range s.hidden {
			of := h
			of.Service = ""
			if counts[of] < services {
				order = append(order, h)
			}
		}
	}
	slices.SortStableFunc(order, compareHidden)
	return append(order, more...)
}

// each runs a function on every item at once, and waits: how many calls are under way is up to politeness.
func each[T any](items []T, do func(T)) {
	var wait sync.WaitGroup
	for _, item := range items {
		wait.Go(func() { do(item) })
	}
	wait.Wait()
}

// ask makes a call for every item at once, and returns the answers in the items' order, or the first error.
func ask[Item, Answer any](items []Item, call func(Item) (Answer, error)) ([]Answer, error) {
	answers, errs := make([]Answer, len(items)), make([]error, len(items))
	var wait sync.WaitGroup
	for i, item := range items {
		wait.Go(func() { answers[i], errs[i] = call(item) })
	}
	wait.Wait()
	return answers, cmp.Or(errs...)
}

func distinct(errs []error) []error {
	var kept []error
	for _, err := range errs {
		if !slices.ContainsFunc(kept, func(k error) bool { return k.Error() == err.Error() }) {
			kept = append(kept, err)
		}
	}
	return kept
}
