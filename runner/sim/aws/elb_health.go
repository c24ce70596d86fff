package aws

import "strconv"

type targetHealth struct {
	Target struct {
		ID               string `json:"Id"`
		Port             int    `json:"Port"`
		AvailabilityZone string `json:"AvailabilityZone"`
	} `json:"Target"`
	HealthCheckPort string `json:"HealthCheckPort"`
	TargetHealth    struct {
		State  string `json:"State"`
		Reason string `json:"Reason,omitempty"`
	} `json:"TargetHealth"`
}

type targetHealthDescriptions struct {
	TargetHealthDescriptions []targetHealth `json:"TargetHealthDescriptions"`
}

// describeTargetHealth tells of the running tasks of every service that registers with a target group.
func (m *model) describeTargetHealth(in *groupARN) (out targetHealthDescriptions, err error) {
	g := m.targetGroup(in.TargetGroupArn)
	if g == nil {
		return out, elbAbsent("TargetGroupNotFound", "Target group %q not found", in.TargetGroupArn)
	}
	for _, s := range m.Services {
		for _, target := range s.LoadBalancers {
			if target.TargetGroupArn != g.TargetGroupArn {
				continue
			}
			for _, t := range s.tasks {
				if t.LastStatus == taskRunning || t.LastStatus == taskDeactivating {
					out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, t.health(g, target))
				}
			}
		}
	}
	return out, nil
}

func (t *Task) health(g *TargetGroup, target ServiceTargets) targetHealth {
	port := target.ContainerPort
	byDefault(&port, g.Port)
	h := targetHealth{HealthCheckPort: strconv.Itoa(port)}
	h.Target.ID, h.Target.Port, h.Target.AvailabilityZone = t.address, port, t.AvailabilityZone
	switch {
	case !t.alive():
		h.TargetHealth.State, h.TargetHealth.Reason = "draining", "Target.DeregistrationInProgress"
	case !t.healthy:
		h.TargetHealth.State, h.TargetHealth.Reason = "initial", "Elb.RegistrationInProgress"
	default:
		h.TargetHealth.State = "healthy"
	}
	return h
}
