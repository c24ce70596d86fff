package fleet

import (
	"slices"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// subject is one service with everything that a rule may look at.
type subject struct {
	plan    *plan.Plan
	service *plan.Service
	state   *State
	ecs     *Service // nil: not in the plan, or not read
	now     Setup    // as it is; zero without ecs
	wanted  Setup    // as it is once it is as desired
	proofs  []Proof
	demands []Demand
	used    *Use
	days    []Day
	results []*result.Document // newest first
	prices  Prices
	right   *RightSize
	sizing  *Sizing
	at      time.Time
}

// newSubject gathers what is known of a service.
func newSubject(p *plan.Plan, state *State, service *plan.Service, o ReviewOptions) *subject {
	s := &subject{
		plan: p, service: service, state: state, results: o.Results, days: o.History[service.Title()], prices: o.Prices, at: o.Now,
		now: Setup{Tracks: []Tracking{}, Alarms: []string{}}, ecs: state.find(service.Title()),
	}
	if s.there() {
		s.now = s.ecs.setup()
	}
	s.wanted = s.now.with(service)
	s.proofs = Proofs(service, o.Results)
	s.demands = demands(service, o.Results, s.recent())
	s.used = used(service, o.Results, s.days, plan.Size{CPU: s.now.CPU, Memory: s.now.Memory})
	s.sizing, s.right = s.size(), s.rightSize()
	return s
}

// there reports whether the ECS service is.
func (s *subject) there() bool { return s.ecs != nil && s.ecs.Missing == "" }

// gone reports whether the ECS service is known not to be there.
func (s *subject) gone() bool { return s.state.missing(s.service.Title()) }

// desired is what the plan desires; the zero Desired manages nothing.
func (s *subject) desired() *plan.Desired {
	if s.service.Desired == nil {
		return &plan.Desired{}
	}
	return s.service.Desired
}

// bounded reports whether the plan itself desires bounds of tasks.
func (s *subject) bounded() bool { return s.desired().Tasks != nil }

// tracksCPU reports whether the plan itself desires a policy that follows CPU.
func (s *subject) tracksCPU() bool {
	return slices.ContainsFunc(s.desired().Tracks, func(t plan.Track) bool { return t.Kind == plan.TrackCPU })
}

// region is where the service is: as found, else as the plan says.
func (s *subject) region() string {
	if s.ecs != nil && s.ecs.Region != "" {
		return s.ecs.Region
	}
	return s.service.ECS.Region
}

// recent are the last days of the history.
func (s *subject) recent() []Day { return s.days[max(len(s.days)-outgrownDays, 0):] }

// needECS asks for the ECS service, with these parts read. Of one that is not in the plan, or not there, nothing can be
// wrong; that it is not there is a rule of its own.
func needECS(parts ...string) need[*subject] {
	return func(s *subject) string {
		if s.service.ECS == nil || s.gone() {
			return ""
		}
		for _, part := range slices.Concat([]string{HiddenService}, parts) {
			if why := s.state.withheld(s.service.Title(), part); why != "" {
				return why
			}
		}
		if s.ecs == nil {
			return "the ECS service was not read"
		}
		return ""
	}
}

// needUnless asks for parts of the ECS service where the plan does not say the same.
func needUnless(planned func(*subject) bool, parts ...string) need[*subject] {
	return func(s *subject) string {
		if planned(s) {
			return ""
		}
		return needECS(parts...)(s)
	}
}

// needUse asks for utilization.
func needUse(s *subject) string {
	if s.service.ECS != nil && s.used == nil {
		return "no result and no history knows the CPU and memory that tasks use"
	}
	return ""
}
