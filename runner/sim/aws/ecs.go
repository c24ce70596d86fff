package aws

import (
	"slices"
	"strings"
)

// ecsOperations is what the simulated ECS can do.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html
var ecsOperations = map[string]operation{
	"ListClusters":             on((*model).listClusters),
	"DescribeClusters":         on((*model).describeClusters),
	"UpdateClusterSettings":    on((*model).updateClusterSettings),
	"ListServices":             on((*model).listServices),
	"DescribeServices":         on((*model).describeServices),
	"DescribeServiceRevisions": on((*model).describeServiceRevisions),
	"UpdateService":            (*model).updateService,
	"RegisterTaskDefinition":   on((*model).registerTaskDefinition),
	"DescribeTaskDefinition":   on((*model).describeTaskDefinition),
	"ListTasks":                on((*model).listTasks),
	"DescribeTasks":            on((*model).describeTasks),
	"TagResource":              on((*model).tagECSResource),
	"UntagResource":            on((*model).untagECSResource),
	"ListTagsForResource":      on((*model).listECSTags),
}

// Bounds of ECS.
const (
	mostClustersDescribed  = 100
	mostServicesDescribed  = 10
	mostTasksDescribed     = 100
	mostRevisionsDescribed = 20
	ecsPage                = 100 // the most that a list gives at once, and what ListTasks and ListClusters give by default
	ecsServicePage         = 10  // what ListServices gives by default
)

// A Pair is a tag of ECS.
type Pair struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// A Failure is a resource that was asked for in vain.
type Failure struct {
	ARN    string `json:"arn"`
	Reason string `json:"reason"`
}

// missing is the failure of what does not exist.
func missing(arn string) Failure { return Failure{ARN: arn, Reason: "MISSING"} }

// An ecsPaging is how lists of ECS are asked for.
type ecsPaging struct {
	MaxResults int    `json:"maxResults"`
	NextToken  string `json:"nextToken"`
}

func (p ecsPaging) of(arns []string, byDefault int) ([]string, string, error) {
	if p.MaxResults < 0 || p.MaxResults > ecsPage {
		return nil, "", refuse("InvalidParameterException", "maxResults must be 1 to %d", ecsPage)
	}
	limit := p.MaxResults
	if limit == 0 {
		limit = byDefault
	}
	part, next, err := page(arns, p.NextToken, limit)
	if err != nil {
		return nil, "", refuse("InvalidParameterException", "%v", err)
	}
	return part, next, nil
}

// atMost refuses what asks for too much at once.
func atMost(names []string, most int, what string) error {
	if len(names) > most {
		return refuse("InvalidParameterException", "%s cannot be longer than %d", what, most)
	}
	return nil
}

// tagged finds the tags of an ECS resource.
func (m *model) tagged(arn string) (*[]Pair, error) {
	for _, c := range m.Clusters {
		if c.ClusterArn == arn {
			return &c.Tags, nil
		}
	}
	for _, s := range m.Services {
		if s.ServiceArn == arn {
			return &s.Tags, nil
		}
	}
	for _, d := range m.TaskDefinitions {
		if d.TaskDefinitionArn == arn {
			return &d.Tags, nil
		}
	}
	if !strings.HasPrefix(arn, "arn:") {
		return nil, refuse("InvalidParameterException", "Invalid identifier: Identifier is for %q. Your accountId is %s", arn, m.options.Account)
	}
	return nil, refuse("InvalidParameterException", "The specified resource %s is inactive or does not exist.", arn)
}

type ecsTagging struct {
	ResourceArn string   `json:"resourceArn"`
	Tags        []Pair   `json:"tags,omitempty"`
	TagKeys     []string `json:"tagKeys,omitempty"`
}

func (m *model) tagECSResource(in *ecsTagging) (nothing, error) {
	tags, err := m.tagged(in.ResourceArn)
	if err != nil {
		return nothing{}, err
	}
	for _, tag := range in.Tags {
		*tags = slices.DeleteFunc(*tags, func(t Pair) bool { return t.Key == tag.Key })
		*tags = append(*tags, tag)
	}
	return nothing{}, nil
}

func (m *model) untagECSResource(in *ecsTagging) (nothing, error) {
	tags, err := m.tagged(in.ResourceArn)
	if err != nil {
		return nothing{}, err
	}
	*tags = slices.DeleteFunc(*tags, func(t Pair) bool { return slices.Contains(in.TagKeys, t.Key) })
	return nothing{}, nil
}

type ecsTags struct {
	Tags []Pair `json:"tags"`
}

func (m *model) listECSTags(in *ecsTagging) (ecsTags, error) {
	tags, err := m.tagged(in.ResourceArn)
	if err != nil {
		return ecsTags{}, err
	}
	return ecsTags{Tags: *tags}, nil
}
