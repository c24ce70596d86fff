package cloud

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// survey reads what one place holds of a plan. Its steps run at once, and each writes fields of its own; only what is
// hidden they write together.
type survey struct {
	*clients
	place    fleet.Place
	account  string // as STS says; "" where it could not be asked
	now      time.Time
	subjects []*subject
	failed   error // why the place was not asked

	mu     sync.Mutex
	hidden []fleet.Hidden
}

// subject is a service of the plan while it is read.
type subject struct {
	fleet.Service
	plan    *plan.Service
	names   names
	raw     ecstypes.Service // as ECS describes it
	trouble *trouble         // why it could not be read
	past    []fleet.Day
}

// names are what a service goes by; unlike its State they do not change while it is read.
type names struct {
	cluster, service string
	resource         string   // of Application Auto Scaling
	alarms           []string // that the plan gives
}

func newSubject(service *plan.Service, place fleet.Place) *subject {
	n := names{cluster: service.ECS.ClusterName(), service: service.ECS.ServiceName()}
	n.resource = "service/" + n.cluster + "/" + n.service
	if service.Desired != nil {
		for _, alarm := range service.Desired.Alarms {
			n.alarms = append(n.alarms, fleet.AlarmName(service, alarm))
		}
	}
	return &subject{plan: service, names: n, Service: fleet.Service{
		Title: service.Title(), Place: place, Cluster: fleet.Cluster{Name: n.cluster}, Name: n.service,
	}}
}

// enter makes the place's clients and checks whose account they reach, before anything else is asked.
func (s *survey) enter(ctx context.Context, c *Cloud) {
	var err error
	if s.clients, err = c.at(ctx, s.place); err != nil {
		s.shut(err)
		return
	}
	s.account, err = c.Account(ctx, s.place)
	t := explain(err)
	switch {
	case err == nil && s.place.Account != "" && s.account != s.place.Account:
		s.shut(wrongAccount(s.account, s.place))
	case err != nil && (t.all || s.place.Account != ""):
		s.shut(err)
	case err != nil:
		s.hide(fleet.HiddenAccount, err, s.subjects...)
	}
	for _, subject := range s.subjects {
		subject.Account, subject.Region = s.account, s.config.Region
	}
}

// shut leaves the place's services unread.
func (s *survey) shut(err error) {
	t := explain(err)
	s.failed = t
	for _, subject := range s.subjects {
		subject.Missing, subject.trouble = t.line, t
	}
	s.hide(fleet.HiddenService, t, s.subjects...)
}

// read fills the place's services. What one step lacks keeps no other from its own.
func (s *survey) read(ctx context.Context) {
	if s.failed != nil || len(s.subjects) == 0 {
		return
	}
	var alarms []rawAlarm
	var tags alarmTags
	together(
		func() {
			together(func() { s.readClusters(ctx) }, func() { s.readServices(ctx) })
			together(
				func() { s.readTaskDefinitions(ctx) },
				func() { s.readTasks(ctx) },
				func() { s.readRevisions(ctx) },
				func() { s.readBalancers(ctx); s.readThrottles(ctx) },
			)
		},
		func() { s.readTargets(ctx) },
		func() { s.readPolicies(ctx) },
		func() { s.readScheduled(ctx) },
		func() { s.readActivities(ctx) },
		func() { alarms = s.listAlarms(ctx); tags = s.alarmTags(ctx, alarms) },
	)
	s.assign(alarms, tags)
	s.clear()
}

// clear takes from services that are not there what was read about them.
func (s *survey) clear() {
	for _, subject := range s.subjects {
		if subject.Missing != "" {
			found := subject.Service
			subject.Service = fleet.Service{
				Title: found.Title, Place: found.Place, Account: found.Account, Region: found.Region,
				Missing: found.Missing, Cluster: found.Cluster, Name: found.Name,
			}
		}
	}
}

// there are the services that were found.
func (s *survey) there() []*subject {
	var found []*subject
	for _, subject := range s.subjects {
		if subject.Missing == "" {
			found = append(found, subject)
		}
	}
	return found
}

// hide notes that something of some services could not be read.
func (s *survey) hide(what string, err error, of ...*subject) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, subject := range of {
		if h := hiddenBy(subject.Title, what, err); !slices.Contains(s.hidden, h) {
			s.hidden = append(s.hidden, h)
		}
	}
}

// hides reports whether something of any service could not be read.
func (s *survey) hides(what string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(s.hidden, func(h fleet.Hidden) bool { return h.What == what })
}

func hiddenBy(title, what string, err error) fleet.Hidden {
	t := explain(err)
	return fleet.Hidden{Service: title, What: what, Permission: t.permission, Reason: t.line}
}

func compareHidden(a, b fleet.Hidden) int {
	return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.What, b.What), cmp.Compare(a.Reason, b.Reason))
}

// together runs steps at once, and waits for all.
func together(steps ...func()) { each(steps, func(step func()) { step() }) }

// by groups services by a text, each group in the plan's order.
func by(subjects []*subject, key func(*subject) string) map[string][]*subject {
	groups := map[string][]*subject{}
	for _, subject := range subjects {
		groups[key(subject)] = append(groups[key(subject)], subject)
	}
	return groups
}

func clusterOf(s *subject) string { return s.names.cluster }

// mostPages bounds every list that AWS gives in pages.
const mostPages = 1000

// pager is a list that the SDK reads page by page.
type pager[Options, Page any] interface {
	HasMorePages() bool
	NextPage(context.Context, ...func(*Options)) (*Page, error)
}

// pages reads a list to its end, each page with the options of a call.
func pages[Options, Page any](ctx context.Context, list pager[Options, Page], take func(*Page), options ...func(*Options)) error {
	for n := 0; list.HasMorePages(); n++ {
		if n == mostPages {
			return fmt.Errorf("the list has more than %d pages", mostPages)
		}
		page, err := list.NextPage(ctx, options...)
		if err != nil {
			return err
		}
		take(page)
	}
	return nil
}
