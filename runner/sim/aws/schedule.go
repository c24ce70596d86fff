package aws

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// A schedule tells when something is due first after an instant; false if never.
type schedule func(after time.Time) (time.Time, bool)

// newSchedule reads at(yyyy-mm-ddThh:mm:ss), rate(value unit) or cron(fields). Times are of a zone; rates run from start.
// https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
func newSchedule(text, zone string, start time.Time) (schedule, error) {
	kind, rest, ok := strings.Cut(text, "(")
	inside, closed := strings.CutSuffix(rest, ")")
	place, err := time.LoadLocation(zone)
	if !ok || !closed || err != nil {
		return nil, fmt.Errorf("the schedule %q in the time zone %q is not valid", text, zone)
	}
	switch kind {
	case "at":
		return once(inside, place)
	case "rate":
		return rate(inside, start)
	case "cron":
		return newCron(inside, place)
	}
	return nil, fmt.Errorf("the schedule %q is none of at, rate and cron", text)
}

func once(text string, zone *time.Location) (schedule, error) {
	at, err := time.ParseInLocation("2006-01-02T15:04:05", text, zone)
	if err != nil {
		return nil, fmt.Errorf("at(%s) needs a time as 2026-11-02T08:00:00", text)
	}
	return func(after time.Time) (time.Time, bool) { return at, at.After(after) }, nil
}

func rate(text string, start time.Time) (schedule, error) {
	value, unit, _ := strings.Cut(text, " ")
	n, err := strconv.Atoi(value)
	every, ok := map[string]time.Duration{"minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour}[strings.TrimSuffix(unit, "s")]
	if err != nil || !ok || n < 1 || n > 100_000 {
		return nil, fmt.Errorf("rate(%s) needs a value and minutes, hours or days", text)
	}
	every *= time.Duration(n)
	return func(after time.Time) (time.Time, bool) {
		if after.Before(start) {
			return start, true
		}
		return start.Add((after.Sub(start)/every + 1) * every), true
	}, nil
}

// A cron is six fields, each a set of numbers; nil is any.
type cron struct {
	minutes, hours, days, months, weekdays, years map[int]bool
	zone                                          *time.Location
}

const (
	firstYear = 1970
	lastYear  = 2199
	farthest  = 10 * 366 // days that are searched
)

// newCron reads minutes, hours, days of the month, months, days of the week (1 is Sunday) and years. A field with L, W or
// # is right in AWS and never due here.
func newCron(text string, zone *time.Location) (schedule, error) {
	fields := strings.Fields(strings.ToUpper(text))
	if len(fields) != 6 {
		return nil, fmt.Errorf("cron(%s) needs six fields: minutes, hours, day of month, month, day of week, year", text)
	}
	months := []string{"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdays := []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
	c := cron{zone: zone}
	for i, f := range []struct {
		set         *map[int]bool
		least, most int
		names       []string
	}{{&c.minutes, 0, 59, nil}, {&c.hours, 0, 23, nil}, {&c.days, 1, 31, nil}, {&c.months, 1, 12, months}, {&c.weekdays, 1, 7, weekdays}, {&c.years, firstYear, lastYear, nil}} {
		text := fields[i]
		for n, name := range f.names {
			text = strings.ReplaceAll(text, name, strconv.Itoa(n+1))
		}
		if strings.ContainsAny(text, "LW#") {
			return func(time.Time) (time.Time, bool) { return time.Time{}, false }, nil
		}
		set, err := numbers(text, f.least, f.most)
		if err != nil {
			return nil, fmt.Errorf("cron field %d: %w", i+1, err)
		}
		*f.set = set
	}
	return c.next, nil
}

// numbers reads a list of numbers, ranges a-b and steps a/b; nil is any.
func numbers(text string, least, most int) (map[int]bool, error) {
	if text == "*" || text == "?" {
		return nil, nil
	}
	set := map[int]bool{}
	for part := range strings.SplitSeq(text, ",") {
		span, every, stepped := strings.Cut(part, "/")
		from, to, ranged := strings.Cut(span, "-")
		low, errLow := strconv.Atoi(strings.Replace(from, "*", strconv.Itoa(least), 1))
		high, errHigh := low, error(nil)
		if ranged {
			high, errHigh = strconv.Atoi(to)
		} else if stepped {
			high = most
		}
		step, errStep := 1, error(nil)
		if stepped {
			step, errStep = strconv.Atoi(every)
		}
		if errLow != nil || errHigh != nil || errStep != nil || step < 1 || low < least || high > most || high < low {
			return nil, fmt.Errorf("%q is not within %d to %d", part, least, most)
		}
		for n := low; n <= high; n += step {
			set[n] = true
		}
	}
	return set, nil
}

func (c cron) next(after time.Time) (time.Time, bool) {
	holds := func(set map[int]bool, n int) bool { return set == nil || set[n] }
	t := after.In(c.zone).Truncate(time.Minute).Add(time.Minute)
	for days := 0; days < farthest; {
		switch {
		case !holds(c.years, t.Year()) || !holds(c.months, int(t.Month())) || !holds(c.days, t.Day()) || !holds(c.weekdays, int(t.Weekday())+1):
			tomorrow := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, c.zone)
			if !tomorrow.After(t) { // midnight that the change of clocks leaves out
				tomorrow = t.Add(time.Hour)
			}
			t = tomorrow
			days++
		case !holds(c.hours, t.Hour()) || !holds(c.minutes, t.Minute()):
			t = t.Add(time.Minute)
		default:
			return t, true
		}
	}
	return time.Time{}, false
}
