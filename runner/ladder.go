package runner

import "plimsoll/dsl/plan"

// rung is a level of connections as it was held.
type rung struct {
	asked, held int
	good        bool // it met the success that is asked for, and its SLAs held
	ours        bool // that it did not is the generator's doing
}

// climb says which level to hold after those that were held: the plan's, in order, until one is bad; then levels between,
// until the last good and the first bad one lie within refine of each other, or nothing is left to be gained. more is false
// at the end.
//
//	held │        ┌──────────  what a service with a limit holds: asking for more gains nothing,
//	     │      ╱              so that the first level tried between is what the bad one held,
//	     │    ╱                and the next lies just above it
//	     └──────────────────── asked
func climb(l *plan.Levels, done []rung) (asked int, refined, more bool) {
	good, bad := bounds(done)
	switch {
	case bad == nil && len(done) < len(l.Counts):
		return l.Counts[len(done)], false, true
	case bad == nil, bad.ours, l.Refine <= 0:
		return 0, false, false
	}
	step := max(1, int(l.Refine*float64(good.asked)))
	if bad.asked-good.asked <= step || saturates(done, bad) {
		return 0, false, false
	}
	switch {
	case good.asked < bad.held && bad.held < bad.asked:
		asked = bad.held
	case good.asked == bad.held:
		asked = good.asked + step
	default:
		asked = good.asked + (bad.asked-good.asked)/2
	}
	return asked, true, true
}

// bounds are the highest good level below every bad one, of no connections if there is none, and the lowest bad one.
func bounds(done []rung) (good rung, bad *rung) {
	for i := range done {
		if r := &done[i]; !r.good && (bad == nil || r.asked < bad.asked) {
			bad = r
		}
	}
	for _, r := range done {
		if r.good && r.asked > good.asked && (bad == nil || r.asked < bad.asked) {
			good = r
		}
	}
	return good, bad
}

// saturates reports whether the service has held all it can: a good level was refused some of its connections, and the bad
// one above it held no more.
func saturates(done []rung, bad *rung) bool {
	top := most(done)
	for _, r := range done {
		if r.good && r.held == top.held && r.held < r.asked && bad.held <= r.held {
			return true
		}
	}
	return false
}

// most is the good level that held the most connections, of several the one that asked for the fewest.
func most(done []rung) rung {
	var top rung
	for _, r := range done {
		if r.good && (r.held > top.held || r.held == top.held && r.asked < top.asked) {
			top = r
		}
	}
	return top
}
