package fleet

import (
	"fmt"
	"strings"
)

// deploymentRules look at whether the service runs as it should.
func deploymentRules() []rule[*subject] {
	return []rule[*subject]{
		{"service_missing", must, "There is no such ECS service.", needService, missing},
		{"deployment_unstable", should, "A deployment is under way or failed, or fewer tasks run or are healthy than are desired.", needECS(), unstable},
		{"tasks_failing", should, "Tasks stopped with an error within the last hour.", needECS(HiddenTasks), failing},
		{"circuit_breaker_off", should, "A deployment that fails is not rolled back by itself.", needECS(), noCircuitBreaker},
	}
}

// needService asks for an answer about the service, be it that there is none.
func needService(s *subject) string { return needECS()(s) }

func missing(s *subject) []remark {
	if !s.gone() {
		return nil
	}
	return says(Line(s.ecs.Missing), "mend the name, cluster, region or account in its ecs block")
}

func unstable(s *subject) []remark {
	if !s.there() {
		return nil
	}
	var reasons []string
	if s.ecs.Status != "" && s.ecs.Status != "ACTIVE" {
		reasons = append(reasons, "the service is "+Line(s.ecs.Status))
	}
	for _, d := range s.ecs.Deployments {
		if d.State == "FAILED" || d.State == "IN_PROGRESS" || d.Failed > 0 {
			reasons = append(reasons, Line(fmt.Sprintf("deployment of %s is %s with %d of %d running, %d failed; %s", lastPart(d.TaskDefinition), d.State, d.Running, d.Desired, d.Failed, d.Reason)))
		}
	}
	if s.ecs.Running < s.ecs.Desired {
		reasons = append(reasons, fmt.Sprintf("%d of %d tasks run", s.ecs.Running, s.ecs.Desired))
	}
	for _, b := range s.ecs.Balancers {
		if b.Unhealthy > 0 {
			reasons = append(reasons, fmt.Sprintf("%d of %d targets of %s are unhealthy", b.Unhealthy, b.Healthy+b.Unhealthy, Line(b.Name)))
		}
	}
	if len(reasons) == 0 {
		return nil
	}
	return says(strings.Join(reasons, "; "), "see the events of the service and the reasons of its stopped tasks, and review again once it is steady")
}

// failing counts tasks that ended by themselves: scaling and deployments stop tasks, too.
func failing(s *subject) []remark {
	if !s.there() {
		return nil
	}
	n, reason := 0, ""
	for _, t := range s.ecs.Tasks {
		if t.StopCode == "EssentialContainerExited" || t.StopCode == "TaskFailedToStart" {
			n++
			reason = t.Reason
		}
	}
	if n == 0 {
		return nil
	}
	return says(Line(fmt.Sprintf("%s stopped within the last hour; the last: %s", plural(n, "task"), reason)), "see its log and exit code: a task that is killed for want of memory needs more of it")
}

func noCircuitBreaker(s *subject) []remark {
	if !s.there() || s.ecs.CircuitBreaker || s.ecs.Controller != "" && s.ecs.Controller != "ECS" {
		return nil
	}
	return says("the deployment circuit breaker is off", "aws ecs update-service"+flags(s.ecs.Place)+fmt.Sprintf(" --cluster %s --service %s", Line(s.ecs.Cluster.Name), Line(s.ecs.Name))+
		" --deployment-configuration 'deploymentCircuitBreaker={enable=true,rollback=true}'")
}
