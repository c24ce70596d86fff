package aws

import (
	"slices"
	"strconv"
)

// A Cluster is an ECS cluster.
type Cluster struct {
	ClusterName         string    `json:"clusterName"`
	ClusterArn          string    `json:"clusterArn,omitempty"`
	Status              string    `json:"status,omitempty"`
	Settings            []Setting `json:"settings,omitempty"` // containerInsights: disabled, enabled or enhanced
	CapacityProviders   []string  `json:"capacityProviders,omitempty"`
	ActiveServicesCount int       `json:"activeServicesCount"`
	RunningTasksCount   int       `json:"runningTasksCount"`
	PendingTasksCount   int       `json:"pendingTasksCount"`
	Statistics          []Setting `json:"statistics,omitempty"`
	Tags                []Pair    `json:"tags,omitempty"`
}

// A Setting is a name with a value.
type Setting struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

const insightsSetting = "containerInsights"

func (m *model) settleCluster(c *Cluster) error {
	byDefault(&c.ClusterName, lastPart(c.ClusterArn))
	byDefault(&c.ClusterArn, m.arn("ecs", "cluster/"+c.ClusterName))
	byDefault(&c.Status, "ACTIVE")
	if len(c.Settings) == 0 {
		c.Settings = []Setting{{insightsSetting, "disabled"}}
	}
	return nil
}

// cluster finds a cluster by name or ARN; none means "default".
func (m *model) cluster(name string) (*Cluster, error) {
	byDefault(&name, "default")
	for _, c := range m.Clusters {
		if c.ClusterName == name || c.ClusterArn == name {
			return c, nil
		}
	}
	return nil, refuse("ClusterNotFoundException", "Cluster not found.")
}

// insights tells whether Container Insights is on.
func (c *Cluster) insights() bool {
	for _, s := range c.Settings {
		if s.Name == insightsSetting {
			return s.Value == "enabled" || s.Value == "enhanced"
		}
	}
	return false
}

type clusterList struct {
	ClusterArns []string `json:"clusterArns"`
	NextToken   string   `json:"nextToken,omitempty"`
}

func (m *model) listClusters(in *ecsPaging) (out clusterList, err error) {
	arns := make([]string, 0, len(m.Clusters))
	for _, c := range m.Clusters {
		arns = append(arns, c.ClusterArn)
	}
	out.ClusterArns, out.NextToken, err = in.of(arns, ecsPage)
	return out, err
}

type clusterQuestion struct {
	Clusters []string `json:"clusters"`
	Include  []string `json:"include"`
}

type clusterDescriptions struct {
	Clusters []Cluster `json:"clusters"`
	Failures []Failure `json:"failures"`
}

func (m *model) describeClusters(in *clusterQuestion) (clusterDescriptions, error) {
	out := clusterDescriptions{Clusters: []Cluster{}, Failures: []Failure{}}
	if err := atMost(in.Clusters, mostClustersDescribed, "clusters"); err != nil {
		return out, err
	}
	if len(in.Clusters) == 0 {
		in.Clusters = []string{"default"}
	}
	for _, name := range in.Clusters {
		c, err := m.cluster(name)
		if err != nil {
			out.Failures = append(out.Failures, missing(name))
			continue
		}
		out.Clusters = append(out.Clusters, m.clusterView(c, in.Include))
	}
	return out, nil
}

// clusterView is a cluster with what was asked to be included.
func (m *model) clusterView(c *Cluster, include []string) Cluster {
	view := *c
	for _, s := range m.Services {
		if s.ClusterArn == c.ClusterArn {
			view.ActiveServicesCount++
			view.RunningTasksCount += s.RunningCount
			view.PendingTasksCount += s.PendingCount
		}
	}
	if !slices.Contains(include, "SETTINGS") {
		view.Settings = nil
	}
	if !slices.Contains(include, "TAGS") {
		view.Tags = nil
	}
	if slices.Contains(include, "STATISTICS") {
		view.Statistics = []Setting{
			{"runningFargateTasksCount", strconv.Itoa(view.RunningTasksCount)},
			{"pendingFargateTasksCount", strconv.Itoa(view.PendingTasksCount)},
			{"activeFargateServiceCount", strconv.Itoa(view.ActiveServicesCount)},
		}
	}
	return view
}

type clusterSettings struct {
	Cluster  string    `json:"cluster"`
	Settings []Setting `json:"settings"`
}

type clusterAnswer struct {
	Cluster Cluster `json:"cluster"`
}

func (m *model) updateClusterSettings(in *clusterSettings) (clusterAnswer, error) {
	c, err := m.cluster(in.Cluster)
	if err != nil {
		return clusterAnswer{}, err
	}
	for _, s := range in.Settings {
		if s.Name != insightsSetting || !slices.Contains([]string{"enabled", "enhanced", "disabled"}, s.Value) {
			return clusterAnswer{}, refuse("InvalidParameterException", "The specified value %q of %q is not valid.", s.Value, s.Name)
		}
		c.Settings = slices.DeleteFunc(c.Settings, func(old Setting) bool { return old.Name == s.Name })
		c.Settings = append(c.Settings, s)
	}
	return clusterAnswer{m.clusterView(c, []string{"SETTINGS"})}, nil
}
