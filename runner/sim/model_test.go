package sim

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// newTestModel returns a model and the clock that it goes by.
func newTestModel(t *testing.T, service Service) (*model, *time.Duration) {
	t.Helper()
	services, err := prepare([]Service{service})
	if err != nil {
		t.Fatal(err)
	}
	now := new(time.Duration)
	return newModel(context.Background(), services[0], 1, func() time.Duration { return *now }), now
}

func TestQueueBound(t *testing.T) {
	for _, test := range []struct {
		name        string
		tasks       int
		queue       int
		onFull      string
		wantTaken   int
		wantLastEnd time.Duration // of what was taken
	}{
		{"no queue", 1, 0, OnFull503, 2, time.Second},
		{"queue", 1, 3, OnFull503, 5, 3 * time.Second},
		{"queue of each task", 2, 1, OnFullReset, 6, 2 * time.Second},
		{"slow has no bound", 1, 0, OnFullSlow, 20, 10 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, _ := newTestModel(t, Service{
				Name: "web", Tasks: test.tasks, Slots: 2, Queue: test.queue, OnFull: test.onFull,
				ServiceTime: ServiceTime{Mean: time.Second},
			})
			var taken int
			var last time.Duration
			for range 20 {
				v, err := m.arrive(nil)
				if err != nil && !errors.Is(err, errFull) {
					t.Fatal(err)
				}
				if err == nil {
					taken++
					last = max(last, v.end)
				}
			}
			if taken != test.wantTaken || last != test.wantLastEnd {
				t.Errorf("took %d until %s, want %d until %s", taken, last, test.wantTaken, test.wantLastEnd)
			}
			if s := m.stats(); s.Requests != uint64(taken) || s.Refused != uint64(20-taken) {
				t.Errorf("counted %d and %d refused", s.Requests, s.Refused)
			}
		})
	}
}

func TestRoomComesBackWithTime(t *testing.T) {
	m, now := newTestModel(t, Service{Name: "web", Tasks: 1, Slots: 1, ServiceTime: ServiceTime{Mean: time.Second}})
	for _, step := range []struct {
		at   time.Duration
		want error
	}{{0, nil}, {999 * time.Millisecond, errFull}, {time.Second, nil}, {time.Second, errFull}, {5 * time.Second, nil}} {
		*now = step.at
		if _, err := m.arrive(nil); !errors.Is(err, step.want) {
			t.Errorf("at %s: %v, want %v", step.at, err, step.want)
		}
	}
}

func TestRequestsGoToTheLeastLoaded(t *testing.T) {
	m, _ := newTestModel(t, Service{Name: "web", Tasks: 3, Slots: 1, Queue: 9, ServiceTime: ServiceTime{Mean: time.Second}})
	if _, err := m.arrive(m.tasks[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := m.arrive(m.tasks[0]); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if _, err := m.arrive(nil); err != nil {
			t.Fatal(err)
		}
	}
	for _, task := range m.tasks {
		if task.outstanding() != 2 {
			t.Errorf("task %d has %d outstanding, want 2", task.number, task.outstanding())
		}
	}
}

func TestEqualsTakeTurns(t *testing.T) {
	m, _ := newTestModel(t, Service{Name: "web", Tasks: 4, Slots: 1})
	got := map[int]int{}
	for range 100 {
		v, err := m.arrive(nil)
		if err != nil {
			t.Fatal(err)
		}
		got[v.task.number]++
	}
	if diff := cmp.Diff(map[int]int{1: 25, 2: 25, 3: 25, 4: 25}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewTaskAnswersAfterItsStartTime(t *testing.T) {
	m, now := newTestModel(t, Service{
		Name: "web", Tasks: 1, Slots: 1, StartTime: time.Minute, Speed: 60, ServiceTime: ServiceTime{Mean: time.Hour},
	})
	*now = 10 * time.Second
	if err := m.resize(2); err != nil {
		t.Fatal(err)
	}
	if _, err := m.arrive(nil); err != nil { // fills the first task
		t.Fatal(err)
	}
	for _, step := range []struct {
		at                time.Duration
		running, starting int
		want              error
	}{{10 * time.Second, 1, 1, errFull}, {11*time.Second - 1, 1, 1, errFull}, {11 * time.Second, 2, 0, nil}} {
		*now = step.at
		if s := m.stats(); s.Tasks != step.running || s.Starting != step.starting {
			t.Errorf("at %s: %d running, %d starting", step.at, s.Tasks, s.Starting)
		}
		if _, err := m.arrive(nil); !errors.Is(err, step.want) {
			t.Errorf("at %s: %v, want %v", step.at, err, step.want)
		}
	}
}

func TestResizeTakesTheNewestAway(t *testing.T) {
	m, _ := newTestModel(t, Service{Name: "web", Tasks: 2, Slots: 1})
	first, second := m.tasks[0], m.tasks[1]
	if err := m.resize(1); err != nil {
		t.Fatal(err)
	}
	if first.gone.Err() != nil || second.gone.Err() == nil {
		t.Error("not the newest task is gone")
	}
	if err := m.resize(0); err != nil {
		t.Fatal(err)
	}
	if _, err := m.arrive(nil); !errors.Is(err, errNoTask) {
		t.Errorf("without tasks: %v", err)
	}
	if _, err := m.connect(); !errors.Is(err, errNoTask) || m.up() {
		t.Errorf("without tasks: connected, %v", err)
	}
	for _, n := range []int{-1, maxTasks + 1} {
		if m.resize(n) == nil {
			t.Errorf("took %d tasks", n)
		}
	}
}

func TestConnectionBound(t *testing.T) {
	m, _ := newTestModel(t, Service{Name: "web", Tasks: 2, Slots: 1, Connections: 2})
	var held []*task
	for range 4 {
		place, err := m.connect()
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, place)
	}
	if _, err := m.connect(); !errors.Is(err, errFull) {
		t.Errorf("the fifth: %v", err)
	}
	if s := m.stats(); s.Connections != 4 || s.Refused != 1 || held[0].held != 2 {
		t.Errorf("%+v", s)
	}
	m.leave(held[3])
	if place, err := m.connect(); err != nil || place != held[3] {
		t.Errorf("a place that was given back: %v, %v", place, err)
	}
}

func TestErrorsAreAShare(t *testing.T) {
	const requests = 20_000
	m, _ := newTestModel(t, Service{Name: "web", Tasks: 1, Slots: 1, Errors: 0.2})
	var failed int
	for range requests {
		v, err := m.arrive(nil)
		if err != nil {
			t.Fatal(err)
		}
		if v.failed {
			failed++
		}
	}
	if share := float64(failed) / requests; math.Abs(share-0.2) > 0.01 {
		t.Errorf("%g failed, want 0.2", share)
	}
	if s := m.stats(); s.Failed != uint64(failed) {
		t.Errorf("counted %d of %d", s.Failed, failed)
	}
}

func TestSameSeedSameDraws(t *testing.T) {
	service := Service{Name: "web", Tasks: 1, Slots: 9, Errors: 0.5, ServiceTime: ServiceTime{Mean: time.Second, Sigma: 1}}
	one, _ := newTestModel(t, service)
	two, _ := newTestModel(t, service)
	for range 9 {
		a, errA := one.arrive(nil)
		b, errB := two.arrive(nil)
		if errA != nil || errB != nil || a.end != b.end || a.failed != b.failed {
			t.Errorf("%v and %v", a, b)
		}
	}
}

func TestStats(t *testing.T) {
	m, now := newTestModel(t, Service{Name: "web", Tasks: 2, Slots: 2, Queue: 9, ServiceTime: ServiceTime{Mean: 4 * time.Second}})
	at := func(second int, change func()) {
		t.Helper()
		*now = time.Duration(second) * time.Second
		if change != nil {
			change()
		}
	}
	arrive := func() {
		if _, err := m.arrive(m.tasks[0]); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want Stats) {
		t.Helper()
		want.Service = "web"
		if diff := cmp.Diff(want, m.stats(), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Errorf("at %s: %s", *now, diff)
		}
	}
	at(0, func() { arrive(); arrive(); arrive() }) // two at work from 0 to 4, one from 4 to 8
	at(2, nil)
	expect(Stats{CPU: 4. / 8, Tasks: 2, Busy: 2, Queued: 1, Requests: 3, BusySeconds: 4, SlotSeconds: 8})
	at(6, nil)
	expect(Stats{CPU: 6. / 16, Tasks: 2, Busy: 1, Requests: 3, BusySeconds: 10, SlotSeconds: 24})
	at(6, nil) // again at once: the window stays
	expect(Stats{CPU: 6. / 16, Tasks: 2, Busy: 1, Requests: 3, BusySeconds: 10, SlotSeconds: 24})
	at(8, func() {
		if err := m.resize(1); err != nil {
			t.Fatal(err)
		}
	})
	at(10, nil) // the slot time of the task that is gone stays in the sums
	expect(Stats{CPU: 2. / 12, Tasks: 1, Requests: 3, BusySeconds: 12, SlotSeconds: 36})
}

func BenchmarkArrive(b *testing.B) {
	services, err := prepare([]Service{{Name: "web", Tasks: 10, Slots: 100, OnFull: OnFullSlow, ServiceTime: ServiceTime{Mean: time.Millisecond, Sigma: 0.5}}})
	if err != nil {
		b.Fatal(err)
	}
	var now time.Duration
	m := newModel(context.Background(), services[0], 1, func() time.Duration { now += time.Microsecond; return now })
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.arrive(nil); err != nil {
			b.Fatal(err)
		}
	}
}
