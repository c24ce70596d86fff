package aws

import "time"

// Predefined metrics of ECS services. The high-resolution ones came in June 2026.
const (
	averageCPU        = "ECSServiceAverageCPUUtilization"
	averageMemory     = "ECSServiceAverageMemoryUtilization"
	fineCPU           = "ECSServiceAverageCPUUtilizationHighResolution"
	fineMemory        = "ECSServiceAverageMemoryUtilizationHighResolution"
	requestsPerTarget = "ALBRequestCountPerTarget"
)

// Target tracking's own alarms: the mean over the target for three periods, or a tenth under it for
// fifteen; of 20 s metrics three and thirty.
const (
	highPeriods    = 3
	lowPeriods     = 15
	fineLowPeriods = 30
	lowShare       = 0.9
)

// predefined finds the metric of a predefined type, and whether it is of high resolution.
func predefined(kind string) (fine, ok bool) {
	switch kind {
	case averageCPU, averageMemory, requestsPerTarget:
		return false, true
	case fineCPU, fineMemory:
		return true, true
	}
	return false, false
}

// tracked is what a policy's alarms watch, without a threshold.
func (p *ScalingPolicy) tracked(s *Service) MetricAlarm {
	t := p.TargetTracking
	a := MetricAlarm{Statistic: "Average", Period: int(minute / time.Second), AlarmActions: []string{p.PolicyARN}}
	if c := t.Customized; c != nil {
		a.Namespace, a.MetricName, a.Dimensions, a.Unit, a.Metrics = c.Namespace, c.MetricName, c.Dimensions, c.Unit, c.Metrics
		if c.Statistic != "" {
			a.Statistic = c.Statistic
		}
		if len(c.Metrics) > 0 {
			a.Statistic, a.Period = "", 0
		}
		return a
	}
	name := metricCPU
	switch t.Predefined.Type {
	case averageMemory, fineMemory:
		name = metricMemory
	case requestsPerTarget:
		balancer, group, _ := t.Predefined.balancer()
		a.Namespace, a.MetricName, a.Statistic = namespaceELB, metricRequests, "Sum"
		a.Dimensions = []Dimension{{"LoadBalancer", balancer}, {"TargetGroup", group}}
		return a
	}
	if fine, _ := predefined(t.Predefined.Type); fine {
		a.Period = int(sampleEvery / time.Second)
	}
	metric := s.metric(name)
	a.Namespace, a.MetricName, a.Dimensions = metric.Namespace, metric.MetricName, metric.Dimensions
	return a
}

// newAlarms are the two alarms of a policy, high and low.
func (p *ScalingPolicy) newAlarms(s *Service) [2]*MetricAlarm {
	high := p.tracked(s)
	high.AlarmName = "TargetTracking-" + p.ResourceID + "-AlarmHigh"
	high.AlarmDescription = "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + p.PolicyARN + "."
	high.EvaluationPeriods, high.ComparisonOperator, high.Threshold = highPeriods, "GreaterThanThreshold", p.TargetTracking.TargetValue
	low := high
	low.AlarmName = "TargetTracking-" + p.ResourceID + "-AlarmLow"
	low.EvaluationPeriods, low.ComparisonOperator, low.Threshold = lowPeriods, "LessThanThreshold", lowShare*p.TargetTracking.TargetValue
	if high.Period == int(sampleEvery/time.Second) {
		low.EvaluationPeriods = fineLowPeriods
	}
	return [2]*MetricAlarm{&high, &low}
}

// putAlarms makes the alarms of a policy, or makes them anew under the names that they have.
func (m *model) putAlarms(p *ScalingPolicy) error {
	m.dropAlarms(p)
	alarms := p.newAlarms(m.scaled(p.ResourceID))
	if len(p.Alarms) != len(alarms) {
		p.Alarms = make([]AlarmName, len(alarms))
	}
	for i, a := range alarms {
		byDefault(&p.Alarms[i].AlarmName, a.AlarmName+"-"+m.id())
		a.AlarmName = p.Alarms[i].AlarmName
		if err := m.settleAlarm(a); err != nil {
			return err
		}
		p.Alarms[i].AlarmARN = a.AlarmArn
		m.MetricAlarms = append(m.MetricAlarms, a)
	}
	return nil
}

// dropAlarms takes a policy's alarms away.
func (m *model) dropAlarms(p *ScalingPolicy) {
	names := make([]string, 0, len(p.Alarms))
	for _, a := range p.Alarms {
		names = append(names, a.AlarmName)
	}
	m.removeAlarms(names)
}
