package fleet

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"plimsoll/dsl/plan"
	"plimsoll/runner/result"
)

// ReviewOptions are what a review knows besides plan and state. The zero value reviews by them alone.
type ReviewOptions struct {
	Changes *ChangeSet         // what differs between desired and ECS; made to be shown; nil: drift is not reviewed
	Results []*result.Document // of runs, in any order
	Prices  Prices             // without regions: those embedded
	History History            // oldest day first; nil: none was read
	Now     time.Time          // zero: when the state was read
	Suggest bool               // with a desired block to paste for each service
}

// ReviewSchema is the version of the report.
const ReviewSchema = 1

// Report is what a review found.
type Report struct {
	Schema    int               `json:"schema"`
	Plan      string            `json:"plan"` // path
	At        time.Time         `json:"at"`
	Services  []ServiceReview   `json:"services"` // of the plan, in its order
	Findings  []result.Finding  `json:"findings"` // of the account as a whole; those of services are theirs
	Costs     []CostTable       `json:"costs"`    // by account and region
	Leaves    string            `json:"leaves"`   // what the costs leave out
	Exempt    map[string]string `json:"exempt"`   // service → why it is out of scope
	Unplanned []string          `json:"unplanned"`
	Hidden    []Withheld        `json:"hidden"`
	Unchecked []Unchecked       `json:"unchecked"`        // rules that could not be checked
	Hushed    int               `json:"hushed,omitempty"` // findings of what should change that whoever shows the report left out
}

// Withheld is something that could not be read.
type Withheld struct {
	Service    string `json:"service,omitempty"` // title; "" of the account
	What       string `json:"what"`
	Permission string `json:"permission,omitempty"` // that is missing; "" where it is no matter of permission
	Reason     string `json:"reason"`
}

// ServiceReview is one service of the plan.
type ServiceReview struct {
	Title       string           `json:"title"`
	Environment string           `json:"environment,omitempty"`
	Endpoint    bool             `json:"endpoint"`          // load can be made on it
	Place       string           `json:"place,omitempty"`   // region/cluster/service; "" without an ecs block
	Missing     string           `json:"missing,omitempty"` // why the ECS service is not there
	Required    []Demand         `json:"required"`          // what it must carry
	Has         *Condition       `json:"has"`               // what ECS has; null where it was not read
	Desired     *Setup           `json:"desired"`           // as it is once it is as desired; null without a desired block
	Differs     []Difference     `json:"differs"`           // between desired and ECS
	Mirrors     string           `json:"mirrors,omitempty"` // title of the service that it should be set up like
	Strays      []Field          `json:"strays,omitempty"`  // where it is not: before is its own, after the other's
	Proofs      []Proof          `json:"proofs"`            // what one task was shown to carry
	Used        *Use             `json:"used,omitempty"`
	Cost        *Cost            `json:"cost,omitempty"`
	Sizing      *Sizing          `json:"sizing,omitempty"`
	RightSize   *RightSize       `json:"right_size,omitempty"`
	Suggested   string           `json:"suggested,omitempty"` // a desired block of HCL
	Findings    []result.Finding `json:"findings"`
}

// Condition is an ECS service as it is.
type Condition struct {
	Setup
	Status      string            `json:"status"`
	Desired     int               `json:"desired_count"`
	Running     int               `json:"running"`
	Pending     int               `json:"pending"`
	Revision    string            `json:"revision"` // family:revision
	Deployments []DeploymentLine  `json:"deployments"`
	Policies    []string          `json:"policies"` // names
	States      map[string]string `json:"alarm_states"`
	Owner       string            `json:"owner,omitempty"`
}

// DeploymentLine is one deployment.
type DeploymentLine struct {
	State   string `json:"state"`
	Desired int    `json:"desired"`
	Running int    `json:"running"`
	Failed  int    `json:"failed"`
	Reason  string `json:"reason,omitempty"`
}

// Difference is a resource that is not as desired.
type Difference struct {
	Kind    Kind    `json:"kind"`
	ID      string  `json:"id"`
	Fields  []Field `json:"fields"`
	Refused string  `json:"refused,omitempty"` // why adjust may not write it
}

// Clean reports whether nothing must change.
func (r *Report) Clean() bool {
	return !slices.ContainsFunc(r.All(), func(f result.Finding) bool { return f.Severity == must })
}

// All are the findings of services, in their order, and of the account.
func (r *Report) All() []result.Finding {
	var all []result.Finding
	for _, s := range r.Services {
		all = append(all, s.Findings...)
	}
	return append(all, r.Findings...)
}

// gravestFirst orders findings by severity, and leaves the order of their rules.
func gravestFirst(all []result.Finding) []result.Finding {
	rank := map[string]int{must: 0, should: 1, note: 2}
	slices.SortStableFunc(all, func(a, b result.Finding) int { return cmp.Compare(rank[a.Severity], rank[b.Severity]) })
	return all
}

// Review says of every service of a plan what it must carry, what ECS has, what differs, what will break and what it costs.
// It changes nothing. A nil state is one of which nothing was read.
func Review(p *plan.Plan, s *State, o ReviewOptions) *Report {
	if s == nil {
		s = &State{}
	}
	if o.Now.IsZero() {
		o.Now = s.At
	}
	if len(o.Prices.Regions) == 0 {
		o.Prices = EmbeddedPrices()
	}
	o.Results = newestFirst(o.Results)
	r := &Report{
		Schema: ReviewSchema, Plan: p.Path, At: o.Now, Services: []ServiceReview{}, Findings: []result.Finding{},
		Leaves: NotPriced, Exempt: map[string]string{}, Unplanned: []string{}, Hidden: []Withheld{}, Unchecked: []Unchecked{},
	}
	if p.Fleet != nil && p.Fleet.Exempt != nil {
		r.Exempt = p.Fleet.Exempt
	}
	for _, name := range s.Unplanned {
		r.Unplanned = append(r.Unplanned, Line(name))
	}
	for _, h := range s.Hidden {
		r.Hidden = append(r.Hidden, Withheld{h.Service, h.What, h.Permission, Line(h.Reason)})
	}
	for _, service := range p.Services {
		r.service(newSubject(p, s, service, o), o)
	}
	r.Costs = costTables(r.Services, o.Prices.Date)
	_, drift := r.drifts("", s, o.Changes)
	found, unchecked := judge(accountRules(), &estate{p, s, r.Costs}, "")
	r.Findings = gravestFirst(append(drift, found...))
	r.Unchecked = append(r.Unchecked, unchecked...)
	return r
}

// serviceRules are all rules about one service.
func serviceRules() []rule[*subject] {
	return slices.Concat(requirementRules(), capacityRules(), scalingRules(), connectionRules(), alarmRules(), deploymentRules(), mirrorRules())
}

// service adds the review of one service.
func (r *Report) service(s *subject, o ReviewOptions) {
	out := ServiceReview{
		Title: s.service.Title(), Environment: s.service.Environment, Endpoint: s.service.Endpoint != "" || s.service.Simulate != nil,
		Required: append([]Demand{}, s.demands...), Proofs: append([]Proof{}, s.proofs...), Used: s.used, Cost: s.cost(), Sizing: s.sizing, RightSize: s.right,
	}
	if e := s.service.ECS; e != nil {
		out.Place = strings.TrimPrefix(e.Region+"/", "/") + e.ClusterName() + "/" + e.ServiceName()
	}
	if s.gone() {
		out.Missing = Line(s.ecs.Missing)
	}
	if s.there() {
		out.Has = s.ecs.condition(s.now)
	}
	if s.service.Desired != nil {
		out.Desired = &s.wanted
	}
	if out.Strays = s.strays(); len(out.Strays) > 0 {
		out.Mirrors = s.service.Mirror.Title()
	}
	if o.Suggest {
		out.Suggested = s.suggest()
	}
	differs, drift := r.drifts(out.Title, s.state, o.Changes)
	found, unchecked := judge(serviceRules(), s, out.Title)
	out.Differs, out.Findings = differs, gravestFirst(append(drift, found...))
	r.Services = append(r.Services, out)
	r.Unchecked = append(r.Unchecked, unchecked...)
}
