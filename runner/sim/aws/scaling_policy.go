package aws

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A ScalingPolicy says how a target is scaled. Only target tracking is carried out; other kinds are
// kept and shown.
type ScalingPolicy struct {
	Scalable
	PolicyName     string          `json:"PolicyName"`
	PolicyType     string          `json:"PolicyType,omitempty"` // "TargetTrackingScaling", also if empty
	PolicyARN      string          `json:"PolicyARN,omitempty"`
	TargetTracking *TargetTracking `json:"TargetTrackingScalingPolicyConfiguration,omitempty"`
	StepScaling    json.RawMessage `json:"StepScalingPolicyConfiguration,omitempty"`
	Predictive     json.RawMessage `json:"PredictiveScalingPolicyConfiguration,omitempty"`
	Alarms         []AlarmName     `json:"Alarms,omitempty"` // of target tracking: high and low
	CreationTime   Time            `json:"CreationTime,omitzero"`
}

// TargetTracking keeps a metric at a value.
type TargetTracking struct {
	TargetValue      float64           `json:"TargetValue"`
	Predefined       *PredefinedMetric `json:"PredefinedMetricSpecification,omitempty"`
	Customized       *CustomizedMetric `json:"CustomizedMetricSpecification,omitempty"`
	ScaleInCooldown  *int              `json:"ScaleInCooldown,omitempty"`  // seconds; nil means 300
	ScaleOutCooldown *int              `json:"ScaleOutCooldown,omitempty"` // seconds; nil means 300
	DisableScaleIn   bool              `json:"DisableScaleIn"`
}

// A PredefinedMetric is a metric that Application Auto Scaling has a name for.
type PredefinedMetric struct {
	Type          string `json:"PredefinedMetricType"`
	ResourceLabel string `json:"ResourceLabel,omitempty"` // app/<name>/<id>/targetgroup/<name>/<id>
}

// A CustomizedMetric is any metric, or arithmetic over metrics.
type CustomizedMetric struct {
	MetricName string        `json:"MetricName,omitempty"`
	Namespace  string        `json:"Namespace,omitempty"`
	Dimensions []Dimension   `json:"Dimensions,omitempty"`
	Statistic  string        `json:"Statistic,omitempty"`
	Unit       string        `json:"Unit,omitempty"`
	Metrics    []MetricQuery `json:"Metrics,omitempty"`
}

// An AlarmName names an alarm.
type AlarmName struct {
	AlarmName string `json:"AlarmName"`
	AlarmARN  string `json:"AlarmARN,omitempty"`
}

const trackingType = "TargetTrackingScaling"

func (m *model) settlePolicy(p *ScalingPolicy) error {
	p.Scalable.settle()
	byDefault(&p.PolicyType, trackingType)
	byDefault(&p.CreationTime, m.stamp())
	byDefault(&p.PolicyARN, m.scalingARN("scalingPolicy", p.Scalable, p.PolicyName))
	if _, err := m.target(p.Scalable); err != nil {
		return fmt.Errorf("scaling policy %s: %s is no scalable target of the fleet", p.PolicyName, p.ResourceID)
	}
	if p.PolicyType != trackingType {
		return nil
	}
	if err := m.checkTracking(p); err != nil {
		return fmt.Errorf("scaling policy %s: %w", p.PolicyName, err)
	}
	return m.putAlarms(p)
}

// checkTracking refuses what cannot be tracked: alarms could not be made for it.
func (m *model) checkTracking(p *ScalingPolicy) error {
	if err := p.TargetTracking.check(); err != nil {
		return err
	}
	for _, a := range p.newAlarms(m.scaled(p.ResourceID)) {
		if err := a.check(); err != nil {
			return invalid("%v", asAPIError(err).message)
		}
	}
	return nil
}

func (t *TargetTracking) check() error {
	if t == nil || t.TargetValue <= 0 || (t.Predefined == nil) == (t.Customized == nil) {
		return invalid("target tracking needs a positive target value and either a predefined or a customized metric")
	}
	if t.Predefined == nil {
		return nil
	}
	if _, ok := predefined(t.Predefined.Type); !ok {
		return invalid("the predefined metric type %s is not valid for ECS", t.Predefined.Type)
	}
	if t.Predefined.Type == requestsPerTarget {
		if _, _, ok := t.Predefined.balancer(); !ok {
			return invalid("%s needs a resource label app/<name>/<id>/targetgroup/<name>/<id>", requestsPerTarget)
		}
	}
	return nil
}

// balancer reads load balancer and target group from a resource label, as metrics name them.
func (p *PredefinedMetric) balancer() (loadBalancer, targetGroup string, ok bool) {
	balancer, group, ok := strings.Cut(p.ResourceLabel, "/targetgroup/")
	return balancer, "targetgroup/" + group, ok && strings.HasPrefix(balancer, "app/")
}

type policyAnswer struct {
	PolicyARN string      `json:"PolicyARN"`
	Alarms    []AlarmName `json:"Alarms"`
}

// putScalingPolicy makes a policy or replaces the one of the same name.
func (m *model) putScalingPolicy(in *ScalingPolicy) (policyAnswer, error) {
	if _, err := m.target(in.Scalable); err != nil {
		return policyAnswer{}, err
	}
	byDefault(&in.PolicyType, "StepScaling")
	if in.PolicyType == trackingType {
		if err := m.checkTracking(in); err != nil {
			return policyAnswer{}, err
		}
	}
	p := *in
	p.PolicyARN, p.CreationTime, p.Alarms = "", Time{}, nil
	if i := m.policyIndex(in.Scalable, in.PolicyName); i >= 0 {
		old := m.ScalingPolicies[i]
		p.PolicyARN, p.CreationTime, p.Alarms = old.PolicyARN, old.CreationTime, old.Alarms
		m.ScalingPolicies[i] = &p
	} else {
		m.ScalingPolicies = append(m.ScalingPolicies, &p)
	}
	err := m.settlePolicy(&p)
	return policyAnswer{p.PolicyARN, append([]AlarmName{}, p.Alarms...)}, err
}

func (m *model) policyIndex(s Scalable, name string) int {
	return slices.IndexFunc(m.ScalingPolicies, func(p *ScalingPolicy) bool { return p.Scalable == s && p.PolicyName == name })
}

type policyName struct {
	Scalable
	PolicyName string `json:"PolicyName"`
}

func (m *model) deleteScalingPolicy(in *policyName) (nothing, error) {
	i := m.policyIndex(in.Scalable, in.PolicyName)
	if i < 0 {
		return nothing{}, refuse("ObjectNotFoundException", "No scaling policy found for service namespace: %s, resource ID: %s, scalable dimension: %s: %s", in.ServiceNamespace, in.ResourceID, in.ScalableDimension, in.PolicyName)
	}
	m.dropAlarms(m.ScalingPolicies[i])
	m.ScalingPolicies = slices.Delete(m.ScalingPolicies, i, i+1)
	return nothing{}, nil
}

type policyQuestion struct {
	scalableFilter
	PolicyNames []string `json:"PolicyNames"`
}

type policyDescriptions struct {
	ScalingPolicies []*ScalingPolicy `json:"ScalingPolicies"`
	NextToken       string           `json:"NextToken,omitempty"`
}

func (m *model) describeScalingPolicies(in *policyQuestion) (out policyDescriptions, err error) {
	found := []*ScalingPolicy{}
	for _, p := range m.ScalingPolicies {
		if in.matches(p.Scalable) && (len(in.PolicyNames) == 0 || slices.Contains(in.PolicyNames, p.PolicyName)) {
			found = append(found, p)
		}
	}
	out.ScalingPolicies, out.NextToken, err = pageScaling(found, in.scalingPaging)
	return out, err
}
