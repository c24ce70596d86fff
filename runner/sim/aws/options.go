package aws

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"
)

// Options say how the simulated AWS behaves. Actions are written as in IAM, "ecs:UpdateService"; "*"
// stands for any run of characters.
type Options struct {
	Account string        // 12 digits; empty means 123456789012
	Region  string        // of the fleet; other regions hold Fleet.Regions. Empty means us-east-1
	Speed   float64       // plan time over wall time, 1 to 10,000; 0 means 1
	Latency time.Duration // wall time that every call takes
	Seed    uint64        // of ids
	Start   time.Time     // plan time at the start; zero means now

	Throttle map[string]float64 // action → calls a second of wall time of each action that it means; more are answered with ThrottlingException
	Deny     []string           // actions answered with AccessDenied
	Expired  []string           // access key ids answered with ExpiredToken
	Skew     time.Duration      // by which the server's wall clock is ahead: requests signed 5 min off are refused

	StartTime  time.Duration            // plan time from placing a task to RUNNING; 0 means 25 s (Fargate, small image, observed)
	StartTimes map[string]time.Duration // overrides StartTime, by ECS service name
	StopTime   time.Duration            // plan time from stopping a task to STOPPED; 0 means 38 s (observed)
	Unpullable []string                 // images whose tasks fail to start

	// MetricDelay is the plan time from the end of a minute until its point can be read and is
	// evaluated; points of 20 s take a third of it. AWS gives no figure; 0 means at once.
	MetricDelay time.Duration
	// ScaleInStep is the most tasks that one scale-in takes away. AWS says only that it scales in
	// "more gradually"; 0 means down to what the metric asks for.
	ScaleInStep int
}

const (
	defaultAccount   = "123456789012"
	defaultRegion    = "us-east-1"
	defaultStartTime = 25 * time.Second
	defaultStopTime  = 38 * time.Second
	maxSpeed         = 10_000
)

func (o Options) withDefaults() Options {
	if o.Account == "" {
		o.Account = defaultAccount
	}
	if o.Region == "" {
		o.Region = defaultRegion
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	if o.Start.IsZero() {
		o.Start = time.Now()
	}
	o.Start = o.Start.Round(0).UTC()
	if o.StartTime == 0 {
		o.StartTime = defaultStartTime
	}
	if o.StopTime == 0 {
		o.StopTime = defaultStopTime
	}
	return o
}

var accountPattern = regexp.MustCompile(`^[0-9]{12}$`)

// validate reports every value that the simulation cannot honour.
func (o Options) validate() error {
	var found []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			found = append(found, fmt.Errorf(format, args...))
		}
	}
	check(accountPattern.MatchString(o.Account), "account must be 12 digits, not %q", o.Account)
	check(o.Speed >= 1 && o.Speed <= maxSpeed, "speed must be 1 to %d, not %g", maxSpeed, o.Speed)
	check(o.Latency >= 0, "latency must not be negative, as %s is", o.Latency)
	check(o.StartTime > 0 && o.StopTime > 0, "start and stop time must be positive")
	check(o.MetricDelay >= 0, "metric delay must not be negative, as %s is", o.MetricDelay)
	check(o.ScaleInStep >= 0, "scale-in step must not be negative, as %d is", o.ScaleInStep)
	for action, rate := range o.Throttle {
		check(rate > 0 && !math.IsInf(rate, 0), "throttle of %s must be positive, not %g", action, rate)
	}
	for service, d := range o.StartTimes {
		check(d > 0, "start time of %s must be positive, not %s", service, d)
	}
	return errors.Join(found...)
}

// startTime is how long a task of a service takes to run.
func (o Options) startTime(service string) time.Duration {
	if d, ok := o.StartTimes[service]; ok {
		return d
	}
	return o.StartTime
}
