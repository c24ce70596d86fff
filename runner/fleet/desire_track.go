package fleet

import (
	"math"
	"slices"
	"time"

	"plimsoll/dsl/plan"
)

// What stands under these names in the document of a target-tracking policy.
const (
	tracking   = "TargetTrackingScalingPolicyConfiguration"
	predefined = "PredefinedMetricSpecification"
	customized = "CustomizedMetricSpecification"
)

// trackingType is the type of a policy that tracks a target.
const trackingType = "TargetTrackingScaling"

// tracks sets the target-tracking policies. One that follows the same metric is changed under its own name, and keeps every
// setting that the plan does not speak of.
func (d *desire) tracks() {
	if len(d.desired.Tracks) == 0 || d.unseen(HiddenPolicies) || !d.scales("scaling policies") {
		return
	}
	taken := map[string]bool{}
	for _, want := range d.desired.Tracks {
		followed, ok := d.followed(want)
		if !ok {
			continue
		}
		seen := d.policy(want, followed)
		name := PolicyName(d.want, want)
		if seen != nil {
			name = seen.Name
		}
		if taken[name] {
			d.refuse(want.Kind+" policy", "another track of the plan has the policy "+Line(name), `give it a name of its own: name = "…"`)
			continue
		}
		taken[name] = true
		if seen == nil || d.tracked(want, seen) {
			d.track(want, seen, name, followed)
		}
	}
}

// policy finds the policy that follows the metric, or else the one that has its name.
func (d *desire) policy(want plan.Track, followed metricOf) *Policy {
	name := PolicyName(d.want, want)
	var found *Policy
	for i := range d.seen.Policies {
		p := &d.seen.Policies[i]
		if d.follows(p.Document).is(followed) && (found == nil || p.Name == name) {
			found = p
		}
	}
	if found != nil {
		return found
	}
	if i := slices.IndexFunc(d.seen.Policies, func(p Policy) bool { return p.Name == name }); i >= 0 {
		return &d.seen.Policies[i]
	}
	return nil
}

// tracked refuses a policy of the right name that follows something else.
func (d *desire) tracked(want plan.Track, seen *Policy) bool {
	if d.follows(seen.Document).kind == want.Kind || d.want.ECS.Adopt {
		return true
	}
	d.foreign(want.Kind+" policy", "scaling policy "+seen.Name)
	return false
}

// track makes or changes one policy.
func (d *desire) track(want plan.Track, seen *Policy, name string, followed metricOf) {
	var before Document
	if seen != nil {
		before = seen.Document
	}
	e := edited(want.Kind, before, d.scaled())
	e.after.put(name, "PolicyName")
	if e.after.text("PolicyType") != trackingType {
		e.identify("policy type", trackingType, "PolicyType")
		e.unset("StepScalingPolicyConfiguration", "PredictiveScalingPolicyConfiguration")
	}
	d.follow(e, followed)
	target, unit := want.Target, ""
	if ratio(want.Kind) {
		target, unit = percent(want.Target), " %"
	}
	e.set("target", unit, target, tracking, "TargetValue")
	if c := d.desired.Cooldown; c != nil {
		e.orDefault("cooldown out", " s", seconds(c.Out), defaultCooldown, tracking, "ScaleOutCooldown")
		e.orDefault("cooldown in", " s", seconds(c.In), defaultCooldown, tracking, "ScaleInCooldown")
	}
	if before == nil {
		e.after.put(false, tracking, "DisableScaleIn")
		e.made(want.Kind+" policy", name)
	}
	d.add(KindScalingPolicy, d.seen.Resource()+"/"+name, e)
}

// follow sets which metric a policy follows, where it follows another one. Absent high resolution is not managed.
func (d *desire) follow(e *edit, followed metricOf) {
	now := d.follows(e.after)
	if now.serves(followed) {
		return
	}
	config, _ := e.after[tracking].(map[string]any)
	delete(config, predefined)
	delete(config, customized)
	under := customized
	if followed.predefined {
		under = predefined
	}
	e.after.put(map[string]any(followed.specification), tracking, under)
	if e.before != nil || followed.kind == plan.TrackCustom || followed.fine {
		e.note("metric", now.words(), followed.words())
	}
}

// defaultCooldown is AWS's own, in seconds.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
const defaultCooldown = 300

// seconds are whole seconds, as AWS takes them.
func seconds(d time.Duration) int { return int(math.Round(d.Seconds())) }
