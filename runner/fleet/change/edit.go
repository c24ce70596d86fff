package change

import (
	"maps"

	"plimsoll/runner/fleet"
)

// edit is one change on its way: its documents speak of the revision that was made, and not of one to be made.
type edit struct {
	fleet.Change
	index int
	made  string // the task definition's revision, where this registered it
}

func (t *transaction) edit(i int) *edit {
	e := &edit{t.journal.Set.Changes[i], i, t.journal.Progress.Made[i]}
	if e.After[wordTaskDefinition] == fleet.Registered {
		e.After = maps.Clone(e.After)
		e.After[wordTaskDefinition] = t.journal.Progress.Made[registers(t.journal.Set, i)]
	}
	return e
}

// task reports whether it registers a revision: never taken back, and made anew where a crash hid which one it is.
func (e *edit) task() bool { return e.Ref.Kind == fleet.KindTaskDefinition }

// isBefore reports whether a resource is as it was shown. Scaling moves the desired count all the time.
func (e *edit) isBefore(now fleet.Document) bool {
	return same(e.steady(now), e.steady(e.Before))
}

// isAfter reports whether the change is made, but for the desired count. A resource as it was before never is, though a
// change that only unsets something would find all that it wants.
func (e *edit) isAfter(now fleet.Document) bool {
	if e.task() {
		return e.made != ""
	}
	untouched := e.isBefore(now) && !e.isBefore(e.After)
	return e.keeps(now) && !untouched
}

// took reports whether a resource holds what was written to it.
func (e *edit) took(now fleet.Document) bool { return e.keeps(now) && e.countReached(now) }

// keeps is took, but for the desired count.
func (e *edit) keeps(now fleet.Document) bool { return holds(e.steady(now), e.steady(e.After)) }

// restored reports whether a resource is as before, the desired count included where this change set it.
func (e *edit) restored(now fleet.Document) bool { return e.isBefore(now) && !e.countToRestore(now) }

// result is the resource as the change leaves it.
func (e *edit) result() fleet.Ref {
	ref := e.Ref
	if e.task() {
		ref.ID = revision(e.made)
	}
	return ref
}

// forward is what is written to make the change.
func (e *edit) forward(now fleet.Document) fleet.Document {
	if e.Ref.Kind != fleet.KindService {
		return e.After
	}
	return e.between(e.Before, e.After, e.recounts() && !e.countReached(now))
}

// backward is what is written to take it back.
func (e *edit) backward(now fleet.Document) fleet.Document {
	if e.Ref.Kind != fleet.KindService {
		return e.Before
	}
	return e.between(e.After, e.Before, e.countToRestore(now))
}

// between is what UpdateService is sent to bring a service from one document to another: what differs, besides its names,
// and null where a setting is to be taken away.
func (e *edit) between(from, to fleet.Document, counted bool) fleet.Document {
	left, wanted, d := plain(e.steady(from)), plain(e.steady(to)), fleet.Document{}
	for key, value := range wanted {
		if key == wordCluster || key == wordService || !covers(left[key], value) || !covers(value, left[key]) {
			d[key] = to[key]
		}
	}
	for key := range left {
		if _, kept := wanted[key]; !kept {
			d[key] = nil
		}
	}
	if counted {
		d[wordDesired] = to[wordDesired]
	}
	return d
}
