package change

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"plimsoll/runner/fleet"
)

// cut is where a process dies: in its call number at, before the call has an effect, in the middle of it, or after it.
type cut struct {
	at   int
	when moment
}

type moment string

const (
	beforeEffect moment = "before"
	halfEffect   moment = "half"
	afterEffect  moment = "after"
)

var moments = []moment{beforeEffect, halfEffect, afterEffect}

var errDead = errors.New("this process is dead")

// life is a process: each call to AWS and to the state counts; after the cut nothing it does has an effect.
type life struct {
	mu    sync.Mutex
	calls int
	cut   cut
	dead  bool
}

// call runs an effect, or half of it, or none.
func (l *life) call(effect, half func()) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.dead {
		return errDead
	}
	l.calls++
	if l.calls != l.cut.at {
		effect()
		return nil
	}
	l.dead = true
	switch l.cut.when {
	case halfEffect:
		half()
	case afterEffect:
		effect()
	}
	return errDead
}

// world is AWS and a state, outliving every process.
type world struct {
	mu        sync.Mutex
	resources map[fleet.Ref]fleet.Document
	files     map[string][]byte
	revisions int
	writes    []fleet.Ref // in order
	alive     map[int]bool
	seconds   int
}

func newWorld() *world {
	return &world{resources: map[fleet.Ref]fleet.Document{}, files: map[string][]byte{}, revisions: 5, alive: map[int]bool{}}
}

// process is a Changer that lives until the cut.
func (w *world) process(pid int, c cut) *Changer {
	l := &life{cut: c}
	w.lives(pid, true)
	return &Changer{
		Resources: fake{w, l}, Store: memory{w, l},
		Who: Who{Host: "here", PID: pid, User: "ada"},
		Now: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.seconds++
			return time.Date(2026, 11, 23, 12, 0, w.seconds, 0, time.UTC)
		},
		Alive: func(pid int) bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.alive[pid]
		},
	}
}

func (w *world) dies(pid int) { w.lives(pid, false) }

func (w *world) lives(pid int, is bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.alive[pid] = is
}

// snapshot is what AWS holds, but for revisions, which are for ever.
func (w *world) snapshot() map[fleet.Ref]fleet.Document {
	all := map[fleet.Ref]fleet.Document{}
	for ref, d := range w.resources {
		if ref.Kind != fleet.KindTaskDefinition {
			all[ref] = d.Clone()
		}
	}
	return all
}

// fake is the AWS as one process reaches it.
type fake struct {
	*world
	life *life
}

func (a fake) Read(ctx context.Context, ref fleet.Ref) (d fleet.Document, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	err = a.life.call(func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		d = a.resources[ref].Clone()
	}, func() {})
	return d, err
}

func (a fake) Write(ctx context.Context, ref fleet.Ref, d fleet.Document) (made string, err error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	err = a.life.call(func() { made = a.put(ref, d) }, func() { a.putHalf(ref, d) })
	return made, err
}

func (a fake) Settle(ctx context.Context, _ fleet.Ref) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return a.life.call(func() {}, func() {})
}

// put has the effects of AWS: a revision is new, a service keeps what is not said, anything else is replaced, with defaults.
func (w *world) put(ref fleet.Ref, d fleet.Document) (made string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writes = append(w.writes, ref)
	switch {
	case d == nil:
		delete(w.resources, ref)
	case ref.Kind == fleet.KindTaskDefinition:
		w.revisions++
		family, _, _ := strings.Cut(ref.ID, ":")
		id := fmt.Sprintf("%s:%d", family, w.revisions)
		ref.ID = id
		w.resources[ref] = d.Clone()
		return "arn:aws:ecs:us-east-1:123456789012:task-definition/" + id
	case ref.Kind == fleet.KindService:
		merged := w.resources[ref].Clone()
		for key, value := range d.Clone() {
			merged[key] = value
			if empty(value) {
				delete(merged, key)
			}
		}
		w.resources[ref] = merged
	default:
		d = d.Clone()
		if _, said := d["ActionsEnabled"]; !said && ref.Kind == fleet.KindAlarm {
			d["ActionsEnabled"] = true
		}
		w.resources[ref] = d
	}
	return ""
}

// putHalf has the effect of the first of several calls: half of the settings. What AWS writes in one call has none.
func (w *world) putHalf(ref fleet.Ref, d fleet.Document) {
	if ref.Kind == fleet.KindService || ref.Kind == fleet.KindTaskDefinition || d == nil {
		return
	}
	half := w.resources[ref].Clone()
	if half == nil {
		half = fleet.Document{}
	}
	keys := slices.Sorted(maps.Keys(d))
	for _, key := range keys[:(len(keys)+1)/2] {
		half[key] = d[key]
	}
	w.put(ref, half)
}

// memory is the state as one process reaches it.
type memory struct {
	*world
	life *life
}

func (m memory) Read(ctx context.Context, name string) (content []byte, err error) {
	found := false
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := m.do(func() { content, found = m.files[name] }); err != nil {
		return nil, err
	}
	if !found {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	return content, nil
}

func (m memory) Write(ctx context.Context, name string, content []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.do(func() { m.files[name] = content })
}

func (m memory) Create(_ context.Context, name string, content []byte) error {
	taken := false
	err := m.do(func() {
		if _, taken = m.files[name]; !taken {
			m.files[name] = content
		}
	})
	if taken {
		return fs.ErrExist
	}
	return err
}

func (m memory) Remove(ctx context.Context, name string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return m.do(func() { delete(m.files, name) })
}

func (m memory) List(_ context.Context, prefix string) (names []string, err error) {
	err = m.do(func() {
		for name := range m.files {
			if strings.HasPrefix(name, prefix) {
				names = append(names, name)
			}
		}
	})
	slices.Sort(names)
	return names, err
}

func (m memory) do(effect func()) error {
	return m.life.call(func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		effect()
	}, func() {})
}

// The resources of a service called web, and of its account.
var (
	place      = fleet.Place{Region: "us-east-1"}
	theTask    = fleet.Ref{Place: place, Kind: fleet.KindTaskDefinition, ID: "web:5"}
	theService = fleet.Ref{Place: place, Kind: fleet.KindService, ID: "beta/web"}
	theTarget  = fleet.Ref{Place: place, Kind: fleet.KindScalableTarget, ID: "service/beta/web"}
	thePolicy  = fleet.Ref{Place: place, Kind: fleet.KindScalingPolicy, ID: "service/beta/web/cpu"}
	theAlarm   = fleet.Ref{Place: place, Kind: fleet.KindAlarm, ID: "beta-web-high_cpu"}
	theBudget  = fleet.Ref{Place: place, Kind: fleet.KindBudget, ID: "monthly"}
	oldARN     = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:5"
)

// fleetOfOne is a world with one service, and the change set that doubles its size, bounds it otherwise, tracks another
// target and adds an alarm.
func fleetOfOne(t testing.TB) (*world, *fleet.ChangeSet) {
	t.Helper()
	w := newWorld()
	w.resources = map[fleet.Ref]fleet.Document{
		theTask: parse(t, `{"family":"web","cpu":"512","memory":"1024","containerDefinitions":[
			{"name":"app","image":"web:1","environment":[{"name":"KEY","value":"hunter2hunter2"}]}]}`),
		theService: parse(t, `{"cluster":"beta","service":"web","taskDefinition":"`+oldARN+`","desiredCount":2,"enableExecuteCommand":false}`),
		theTarget:  parse(t, `{"ResourceId":"service/beta/web","MinCapacity":1,"MaxCapacity":4,"SuspendedState":{"DynamicScalingInSuspended":false}}`),
		thePolicy:  parse(t, `{"PolicyName":"cpu","TargetTrackingScalingPolicyConfiguration":{"TargetValue":80,"ScaleOutCooldown":300}}`),
		theBudget:  parse(t, `{"Budget":{"BudgetLimit":{"Amount":"1000"}},"Notifications":[{"Threshold":80}]}`),
	}
	set := &fleet.ChangeSet{Schema: fleet.ChangeSetSchema, Plan: "plans/fleet", Digest: "abc", Changes: []fleet.Change{
		w.changed("web", theTarget, parse(t, `{"ResourceId":"service/beta/web","MinCapacity":1,"MaxCapacity":50,"SuspendedState":{"DynamicScalingInSuspended":false}}`)),
		w.changed("web", theTask, parse(t, `{"family":"web","cpu":"1024","memory":"2048","containerDefinitions":[
			{"name":"app","image":"web:1","environment":[{"name":"KEY","value":"hunter2hunter2"}],"ulimits":[{"name":"nofile","softLimit":65536,"hardLimit":65536}]}]}`)),
		w.changed("web", theService, parse(t, `{"cluster":"beta","service":"web","taskDefinition":"`+fleet.Registered+`","desiredCount":2,"enableExecuteCommand":false,"monitoring":{"metricConfigurations":[{"resolutionSeconds":20}]}}`)),
		w.changed("web", thePolicy, parse(t, `{"PolicyName":"cpu","TargetTrackingScalingPolicyConfiguration":{"TargetValue":65,"ScaleOutCooldown":0}}`)),
		w.changed("web", theAlarm, parse(t, `{"AlarmName":"beta-web-high_cpu","Threshold":85,"Dimensions":[{"Name":"ServiceName","Value":"web"}]}`)),
		w.changed("", theBudget, parse(t, `{"Budget":{"BudgetLimit":{"Amount":"2500"}},"Notifications":[{"Threshold":20},{"Threshold":80}]}`)),
	}}
	return w, set
}

func (w *world) changed(service string, ref fleet.Ref, after fleet.Document) fleet.Change {
	before := w.resources[ref].Clone()
	return fleet.Change{Service: service, Ref: ref, Before: before, After: after, Fields: []fleet.Field{{Name: "size", Before: "small", After: "large"}}}
}

func parse(t testing.TB, text string) fleet.Document {
	t.Helper()
	d, err := fleet.ParseDocument([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// asAsked reports what of a change set is not in effect.
func (w *world) asAsked(set *fleet.ChangeSet) error {
	for _, c := range set.Changes {
		now, want := w.resources[c.Ref], c.After
		if c.Ref.Kind == fleet.KindTaskDefinition {
			continue // seen through the service
		}
		if c.Ref.Kind == fleet.KindService && want[wordTaskDefinition] == fleet.Registered {
			ref := fleet.Ref{Place: c.Ref.Place, Kind: fleet.KindTaskDefinition, ID: runsRevision(now)}
			task := set.Changes[registers(set, slices.IndexFunc(set.Changes, func(o fleet.Change) bool { return o.Ref == c.Ref }))]
			if !same(w.resources[ref], task.After) {
				return fmt.Errorf("%s runs %s, which is not what was to be registered", c.Ref.ID, ref.ID)
			}
			want = maps.Clone(want)
			want[wordTaskDefinition] = now[wordTaskDefinition]
		}
		if !holds(now, want) {
			return fmt.Errorf("%s %s is not as asked: %v", c.Ref.Kind, c.Ref.ID, now)
		}
	}
	return nil
}
