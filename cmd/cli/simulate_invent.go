package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"plimsoll/dsl/plan"
	"plimsoll/runner/fleet"
	"plimsoll/runner/fleet/cloud"
	"plimsoll/runner/sim/aws"
)

// What is made up where the plan does not say.
const (
	inventedCPU     = 1024 // units of a task
	inventedMemory  = 2048 // MiB
	inventedPort    = 8080
	inventedAccount = "123456789012"
)

// invention is an account in the making.
type invention struct {
	account aws.Fleet
	region  string      // of what is not in account.Regions
	number  string      // of the account
	bare    fleet.State // the services before anything desired is set
}

// invent makes up an account in which every ECS service that the plan has simulated is as the plan desires it. The services
// are made bare, and then changed by the change set that adjust would apply, so that nothing is left for it to do.
func invent(p *plan.Plan) (aws.Fleet, error) {
	o := optionsOf(p, 0)
	v := &invention{region: o.Region, number: cmp.Or(o.Account, inventedAccount)}
	for _, s := range p.Services {
		if s.ECS != nil && p.AWSSimulated(s) {
			v.service(p, s)
		}
	}
	v.shared(p)
	for _, c := range fleet.Changes(p, &v.bare, fleet.ChangeOptions{OutOfBand: true, Shown: true}).Changes {
		if err := v.take(c); err != nil {
			return aws.Fleet{}, stuck(fmt.Errorf("make up the simulated %s: %w", c.Ref.ID, err))
		}
	}
	v.topics(p.Notify)
	return v.account, nil
}

// shared are the budgets and dashboards, which are not there yet. They are looked for where the first service is.
func (v *invention) shared(p *plan.Plan) {
	if len(v.bare.Services) == 0 {
		return
	}
	first := v.bare.Services[0].Place
	for _, b := range p.Budgets {
		v.bare.Budgets = append(v.bare.Budgets, fleet.Budget{Place: first, Account: v.number, Name: fleet.BudgetName(b)})
	}
	for _, d := range p.Dashboards {
		v.bare.Dashboards = append(v.bare.Dashboards, fleet.Dashboard{Place: first, Name: fleet.DashboardName(d)})
	}
}

// in is what a region holds; "" is the first service's.
func (v *invention) in(region string) *aws.Fleet {
	if region == "" || region == v.region {
		return &v.account
	}
	if v.account.Regions == nil {
		v.account.Regions = map[string]*aws.Fleet{}
	}
	if v.account.Regions[region] == nil {
		v.account.Regions[region] = &aws.Fleet{}
	}
	return v.account.Regions[region]
}

// service makes a bare service, with the cluster, the task definition and the load balancer that it needs.
func (v *invention) service(p *plan.Plan, s *plan.Service) {
	desired := s.Desired
	if desired == nil {
		desired = &plan.Desired{}
	}
	account, cluster, name := v.in(s.ECS.Region), s.ECS.ClusterName(), s.ECS.ServiceName()
	seen := fleet.Service{
		Title: s.Title(), Place: cloud.PlaceOf(p, s), Account: v.number, Region: cmp.Or(s.ECS.Region, v.region),
		Name: name, Desired: v.tasks(s, desired), LaunchType: "FARGATE", Controller: "ECS",
		Cluster:  fleet.Cluster{Name: cluster, Insights: "disabled", Document: fleet.Document{"cluster": cluster}},
		Document: fleet.Document{"cluster": cluster, "service": name, "taskDefinition": name},
	}
	seen.Running = seen.Desired
	if serves(account, cluster, name) { // under another name of the plan
		v.bare.Services = append(v.bare.Services, seen)
		return
	}
	if !slices.ContainsFunc(account.Clusters, func(c *aws.Cluster) bool { return c.ClusterName == cluster }) {
		account.Clusters = append(account.Clusters, &aws.Cluster{ClusterName: cluster})
	}
	made := &aws.Service{ServiceName: name, ClusterArn: cluster, DesiredCount: seen.Desired}
	made.TaskDefinition = name
	seen.TaskDefinition = v.taskDefinition(account, s, desired)
	if s.Simulate != nil || s.Endpoint != "" {
		seen.Balancers = []fleet.Balancer{v.balancer(account, s, made)}
	}
	seen.Throttle = v.webACL(account, desired.Throttle, seen.Balancers)
	account.Services = append(account.Services, made)
	v.bare.Services = append(v.bare.Services, seen)
}

func serves(account *aws.Fleet, cluster, name string) bool {
	return slices.ContainsFunc(account.Services, func(s *aws.Service) bool { return s.ClusterArn == cluster && s.ServiceName == name })
}

// tasks is how many the service begins with: as many as the simulated one has, within its bounds.
func (v *invention) tasks(s *plan.Service, desired *plan.Desired) int {
	tasks := 1
	if s.Simulate != nil {
		tasks = s.Simulate.Tasks
	}
	if b := desired.Tasks; b != nil {
		tasks = max(b.Min, min(tasks, b.Max))
	}
	return tasks
}

// container is the one that serves.
func container(s *plan.Service) string { return cmp.Or(s.ECS.Container, "app") }

func (v *invention) taskDefinition(account *aws.Fleet, s *plan.Service, desired *plan.Desired) fleet.TaskDefinition {
	family := s.ECS.ServiceName()
	cpu, memory := cmp.Or(desired.CPU, inventedCPU), cmp.Or(desired.Memory, inventedMemory)
	made := &aws.TaskDefinition{
		Family: family, Revision: 1, CPU: strconv.Itoa(cpu), Memory: strconv.Itoa(memory),
		NetworkMode: "awsvpc", RequiresCompatibilities: []string{"FARGATE"},
		ContainerDefinitions: []map[string]any{{
			"name": container(s), "image": "example/" + family + ":1", "essential": true,
			"portMappings": []any{map[string]any{"containerPort": inventedPort, "protocol": "tcp"}},
		}},
	}
	account.TaskDefinitions = append(account.TaskDefinitions, made)
	return fleet.TaskDefinition{Family: family, Revision: 1, CPU: cpu, Memory: memory, Fargate: true, Document: documentOf(made)}
}
