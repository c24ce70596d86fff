package aws

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// A model is the state of the simulated AWS and how it changes in time. It has no sockets and no
// timers: advance tells it what time it is, and it does in order all that was due until then. Not safe
// for concurrent use.
type model struct {
	Fleet
	agenda
	options   Options
	workloads map[string]Workload
	now       time.Time
	random    *rand.Rand
	caller    string // account of the call in hand, if a role was assumed

	series     map[string]*series // of CloudWatch, by metric
	history    []alarmHistoryItem // newest last
	activities []*activity        // of Application Auto Scaling, newest last
	logged     []logEvent         // of CloudWatch Logs, newest last
	remote     map[string]*model  // of other regions
}

func newModel(options Options, fleet Fleet, workloads map[string]Workload) (*model, error) {
	fleet, err := clone(fleet)
	if err != nil {
		return nil, err
	}
	m := &model{
		Fleet: fleet, options: options, workloads: workloads, now: options.Start,
		random: rand.New(rand.NewPCG(options.Seed, options.Seed)),
		series: map[string]*series{}, remote: map[string]*model{},
	}
	if err := m.settle(); err != nil {
		return nil, fmt.Errorf("read the fleet: %w", err)
	}
	m.at(m.now.Truncate(sampleEvery).Add(sampleEvery), m.sample)
	return m, nil
}

// elsewhere is the model of another region, in which nothing is unless the fleet says so.
func (m *model) elsewhere(region string) *model {
	if other, ok := m.remote[region]; ok {
		return other
	}
	other, err := m.open(region, Fleet{})
	if err != nil {
		panic(err) // an empty fleet has nothing wrong in it
	}
	return other
}

// open makes the model of another region. It shares time and workloads.
func (m *model) open(region string, fleet Fleet) (*model, error) {
	options := m.options
	options.Region, options.Start = region, m.now
	other, err := newModel(options, fleet, m.workloads)
	if err == nil && len(m.remote) < maxRegions {
		m.remote[region] = other
	}
	return other, err
}

// maxRegions bounds what clients can make the server remember.
const maxRegions = 100

// advance lets time pass. Time does not go back.
func (m *model) advance(to time.Time) {
	for {
		due, ok := m.agenda.next()
		if !ok || due.After(to) {
			break
		}
		e := m.pop()
		m.now = e.at
		e.do()
	}
	if to.After(m.now) {
		m.now = to
	}
	for _, other := range m.remote {
		other.advance(to)
	}
}

// next tells when something is due next, in any region. Something always is: the next sample of the load.
func (m *model) next() time.Time {
	first, _ := m.agenda.next()
	for _, other := range m.remote {
		if due := other.next(); due.Before(first) {
			first = due
		}
	}
	return first
}

// after is at, from now on.
func (m *model) after(d time.Duration, do func()) { m.at(m.now.Add(d), do) }

func (m *model) stamp() Time { return Time{m.now} }

// id is a new UUID.
func (m *model) id() string {
	a, b := m.random.Uint64(), m.random.Uint64()
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", a>>32, a>>16&0xffff, a&0xfff, b>>52, b&0xffffffffffff)
}

// hex is a new id of 32 hexadecimal digits.
func (m *model) hex() string { return fmt.Sprintf("%016x%016x", m.random.Uint64(), m.random.Uint64()) }

// arn names a resource of the account and region.
func (m *model) arn(service, resource string) string {
	return fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, m.options.Region, m.options.Account, resource)
}

// page returns the part of a list that a token asks for and the token of the part after it. The error
// is for a token that page did not make.
func page[T any](items []T, token string, limit int) ([]T, string, error) {
	start := 0
	if token != "" {
		text, err := base64.URLEncoding.DecodeString(token)
		if err == nil {
			start, err = strconv.Atoi(string(text))
		}
		if err != nil || start < 0 || start > len(items) {
			return nil, "", fmt.Errorf("the token %q is not valid", token)
		}
	}
	end := min(start+limit, len(items))
	if end == len(items) {
		return items[start:end], "", nil
	}
	return items[start:end], pageToken(end), nil
}

// pageToken asks for the part of a list from an index on.
func pageToken(start int) string {
	return base64.URLEncoding.EncodeToString([]byte(strconv.Itoa(start)))
}

// newest returns the items from the last to the first.
func newest[T any](items []T) []T {
	turned := make([]T, len(items))
	for i, item := range items {
		turned[len(items)-1-i] = item
	}
	return turned
}

// keep drops the oldest items of a history beyond a bound, many at a time.
func keep[T any](items []T, most int) []T {
	if len(items) <= most {
		return items
	}
	return append([]T(nil), items[len(items)-most/2:]...)
}
