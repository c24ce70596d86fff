package cloud

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
)

// defaultCooldown is that of ECS services whose policy names none.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_TargetTrackingScalingPolicyConfiguration.html
const defaultCooldown = 300

// highResolution ends the names of predefined metrics of 20 s, for which the SDK has no constants yet.
const highResolution = "HighResolution"

func policyFrom(p scalingtypes.ScalingPolicy) fleet.Policy {
	made := fleet.Policy{Name: aws.ToString(p.PolicyName), Type: string(p.PolicyType), Document: documentOfScalingPolicy(p)}
	for _, alarm := range p.Alarms {
		made.Alarms = append(made.Alarms, aws.ToString(alarm.AlarmName))
	}
	t := p.TargetTrackingScalingPolicyConfiguration
	if t == nil {
		return made
	}
	made.Target, made.ScaleInDisabled = aws.ToFloat64(t.TargetValue), aws.ToBool(t.DisableScaleIn)
	made.CooldownOut, made.CooldownIn = cooldown(t.ScaleOutCooldown), cooldown(t.ScaleInCooldown)
	switch {
	case t.PredefinedMetricSpecification != nil:
		kind := string(t.PredefinedMetricSpecification.PredefinedMetricType)
		made.Track, made.HighResolution = predefinedTrack(kind), strings.HasSuffix(kind, highResolution)
	case t.CustomizedMetricSpecification != nil:
		made.Track = customTrack(t.CustomizedMetricSpecification)
	}
	return made
}

func cooldown(seconds *int32) time.Duration {
	if seconds == nil {
		return defaultCooldown * time.Second
	}
	return time.Duration(*seconds) * time.Second
}

// predefinedTrack is what a metric that Application Auto Scaling has a name for follows.
func predefinedTrack(kind string) string {
	switch strings.TrimSuffix(kind, highResolution) {
	case "ECSServiceAverageCPUUtilization":
		return plan.TrackCPU
	case "ECSServiceAverageMemoryUtilization":
		return plan.TrackMemory
	case "ALBRequestCountPerTarget":
		return plan.TrackRequests
	}
	return ""
}

// customTrack is what any other metric follows: one of the load balancer's connections is "connections", whatever it is
// divided by, and one of ECS or of the load balancer that has a predefined twin counts as that.
func customTrack(c *scalingtypes.CustomizedMetricSpecification) string {
	track := trackOf(aws.ToString(c.Namespace), aws.ToString(c.MetricName))
	for _, query := range c.Metrics {
		if query.MetricStat == nil || query.MetricStat.Metric == nil {
			continue
		}
		m := query.MetricStat.Metric
		if trackOf(aws.ToString(m.Namespace), aws.ToString(m.MetricName)) == plan.TrackConnections {
			track = plan.TrackConnections
		}
	}
	return track
}

func trackOf(namespace, name string) string {
	switch namespace + " " + name {
	case "AWS/ECS CPUUtilization":
		return plan.TrackCPU
	case "AWS/ECS MemoryUtilization":
		return plan.TrackMemory
	case "AWS/ApplicationELB RequestCountPerTarget":
		return plan.TrackRequests
	case "AWS/ApplicationELB ActiveConnectionCount", "AWS/NetworkELB ActiveFlowCount":
		return plan.TrackConnections
	}
	return plan.TrackCustom
}

func activityFrom(a scalingtypes.ScalingActivity) fleet.Activity {
	made := fleet.Activity{
		ID: aws.ToString(a.ActivityId), Status: string(a.StatusCode), Description: fleet.Line(aws.ToString(a.Description)),
		Cause: fleet.Line(aws.ToString(a.Cause)), StartedAt: aws.ToTime(a.StartTime), EndedAt: aws.ToTime(a.EndTime),
		To: setTo(aws.ToString(a.Description)),
	}
	for _, reason := range a.NotScaledReasons {
		made.NotScaled = append(made.NotScaled, notScaled(reason))
	}
	return made
}

var countInText = regexp.MustCompile(`desired count to (\d{1,9})`)

// setTo reads the desired count from an activity's text ("Setting desired count to 4."), which stands nowhere else.
func setTo(description string) int {
	found := countInText.FindStringSubmatch(description)
	if found == nil {
		return -1
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return -1
	}
	return n
}

// notScaled is a reason with the numbers that it is about.
func notScaled(r scalingtypes.NotScaledReason) string {
	text := fleet.Line(aws.ToString(r.Code))
	if r.CurrentCapacity != nil {
		text += fmt.Sprintf(" (at %d", *r.CurrentCapacity)
		if r.MinCapacity != nil {
			text += fmt.Sprintf(", minimum %d", *r.MinCapacity)
		}
		if r.MaxCapacity != nil {
			text += fmt.Sprintf(", maximum %d", *r.MaxCapacity)
		}
		text += ")"
	}
	return text
}
