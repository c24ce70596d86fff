package cli

import (
	"encoding/json"
	"slices"
	"strings"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/sim/aws"
)

// longestBalancer is how long AWS lets the name of a load balancer or target group be.
const longestBalancer = 32

// balancer puts a load balancer and its target group before a service.
func (v *invention) balancer(account *aws.Fleet, s *plan.Service, made *aws.Service) fleet.Balancer {
	name := s.ECS.ClusterName() + "-" + s.ECS.ServiceName()
	name = name[:min(len(name), longestBalancer)]
	id := digestOf(name)[:16]
	before := v.arn(s.ECS.Region, "elasticloadbalancing", "loadbalancer/app/"+name+"/"+id)
	group := v.arn(s.ECS.Region, "elasticloadbalancing", "targetgroup/"+name+"/"+id)
	account.LoadBalancers = append(account.LoadBalancers, &aws.LoadBalancer{LoadBalancerName: name, LoadBalancerArn: before})
	account.TargetGroups = append(account.TargetGroups, &aws.TargetGroup{
		TargetGroupName: name, TargetGroupArn: group, LoadBalancerArns: []string{before}, Port: inventedPort, HealthCheckPath: "/health",
	})
	made.LoadBalancers = []aws.ServiceTargets{{TargetGroupArn: group, ContainerName: container(s), ContainerPort: inventedPort}}
	return fleet.Balancer{
		Name: name, ARN: before, TargetGroup: group, Type: "application", Container: container(s), Port: inventedPort,
		LoadBalancerDimension: "app/" + name + "/" + id, TargetGroupDimension: "targetgroup/" + name + "/" + id,
	}
}

// webACL is the one that a throttle's rule goes into. It protects the load balancers of all services that name it.
func (v *invention) webACL(account *aws.Fleet, throttle *plan.Throttle, before []fleet.Balancer) *fleet.Throttle {
	if throttle == nil {
		return nil
	}
	name := webACLName(throttle.WebACL)
	id := uuidOf(name)
	i := slices.IndexFunc(account.WebACLs, func(w *aws.WebACL) bool { return w.Name == name })
	if i < 0 {
		made := &aws.WebACL{Name: name, ID: id, Scope: "REGIONAL"}
		made.DefaultAction = json.RawMessage(`{"Allow":{}}`)
		made.VisibilityConfig = json.RawMessage(`{"SampledRequestsEnabled":true,"CloudWatchMetricsEnabled":true,"MetricName":"web-acl"}`)
		account.WebACLs, i = append(account.WebACLs, made), len(account.WebACLs)
	}
	for _, b := range before {
		account.WebACLs[i].Resources = append(account.WebACLs[i].Resources, b.ARN)
	}
	return &fleet.Throttle{WebACL: name + "|REGIONAL|" + id, Attached: len(before) > 0}
}

// webACLName reads the name from an ARN, …:regional/webacl/<name>/<id>; a name stays as it is.
func webACLName(name string) string {
	if _, rest, ok := strings.Cut(name, "/webacl/"); ok {
		name, _, _ = strings.Cut(rest, "/")
	}
	return name
}

// uuidOf is always the same for the same name.
func uuidOf(name string) string {
	d := digestOf(name)
	return d[:8] + "-" + d[8:12] + "-4" + d[13:16] + "-8" + d[17:20] + "-" + d[20:32]
}

func (v *invention) arn(region, service, resource string) string {
	if region == "" {
		region = v.region
	}
	return "arn:aws:" + service + ":" + region + ":" + v.number + ":" + resource
}
