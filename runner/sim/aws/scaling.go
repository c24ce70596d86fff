package aws

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// scalingOperations is what the simulated Application Auto Scaling can do, for ECS services.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/Welcome.html
var scalingOperations = map[string]operation{
	"RegisterScalableTarget":    on((*model).registerScalableTarget),
	"DeregisterScalableTarget":  on((*model).deregisterScalableTarget),
	"DescribeScalableTargets":   on((*model).describeScalableTargets),
	"PutScalingPolicy":          on((*model).putScalingPolicy),
	"DeleteScalingPolicy":       on((*model).deleteScalingPolicy),
	"DescribeScalingPolicies":   on((*model).describeScalingPolicies),
	"PutScheduledAction":        on((*model).putScheduledAction),
	"DeleteScheduledAction":     on((*model).deleteScheduledAction),
	"DescribeScheduledActions":  on((*model).describeScheduledActions),
	"DescribeScalingActivities": on((*model).describeScalingActivities),
	"TagResource":               on((*model).tagScalable),
	"UntagResource":             on((*model).untagScalable),
	"ListTagsForResource":       on((*model).listScalableTags),
}

const (
	ecsNamespace = "ecs"
	ecsDimension = "ecs:service:DesiredCount"
	scalingPage  = 50 // what a list gives at most and by default
)

// A Scalable names what is scaled: the desired count of an ECS service.
type Scalable struct {
	ServiceNamespace  string `json:"ServiceNamespace,omitempty"`  // "ecs", also if empty
	ResourceID        string `json:"ResourceId"`                  // "service/<cluster>/<service>"
	ScalableDimension string `json:"ScalableDimension,omitempty"` // "ecs:service:DesiredCount", also if empty
}

func (s *Scalable) settle() {
	byDefault(&s.ServiceNamespace, ecsNamespace)
	byDefault(&s.ScalableDimension, ecsDimension)
}

// check refuses what is no ECS service's desired count.
func (s Scalable) check() error {
	if s.ServiceNamespace != ecsNamespace || s.ScalableDimension != ecsDimension {
		return invalid("Unsupported service namespace, resource type or scalable dimension: %s, %s", s.ServiceNamespace, s.ScalableDimension)
	}
	if parts := strings.Split(s.ResourceID, "/"); len(parts) != 3 || parts[0] != "service" {
		return invalid("Unsupported service namespace, resource type or scalable dimension")
	}
	return nil
}

func invalid(format string, args ...any) error { return refuse("ValidationException", format, args...) }

// scaled finds the ECS service that a resource id names; nil if there is none.
func (m *model) scaled(id string) *Service {
	parts := strings.Split(id, "/")
	if len(parts) != 3 {
		return nil
	}
	c, err := m.cluster(parts[1])
	if err != nil {
		return nil
	}
	return m.service(c, parts[2])
}

// target finds a scalable target.
func (m *model) target(s Scalable) (*ScalableTarget, error) {
	for _, t := range m.ScalableTargets {
		if t.Scalable == s {
			return t, nil
		}
	}
	return nil, refuse("ObjectNotFoundException", "No scalable target registered for service namespace: %s, resource ID: %s, scalable dimension: %s", s.ServiceNamespace, s.ResourceID, s.ScalableDimension)
}

// scalingPaging is how lists of Application Auto Scaling are asked for.
type scalingPaging struct {
	MaxResults int    `json:"MaxResults"`
	NextToken  string `json:"NextToken"`
}

// pageScaling gives the part of a list that was asked for.
func pageScaling[T any](items []T, p scalingPaging) ([]T, string, error) {
	part, next, err := page(items, p.NextToken, max(1, min(cmp.Or(p.MaxResults, scalingPage), scalingPage)))
	if err != nil {
		return nil, "", refuse("InvalidNextTokenException", "%v", err)
	}
	return part, next, nil
}

// A scalableFilter is what describing policies, actions and activities can be narrowed to.
type scalableFilter struct {
	scalingPaging
	ServiceNamespace  string `json:"ServiceNamespace"`
	ResourceID        string `json:"ResourceId"`
	ScalableDimension string `json:"ScalableDimension"`
}

func (f scalableFilter) matches(s Scalable) bool {
	return f.ServiceNamespace == s.ServiceNamespace && (f.ResourceID == "" || f.ResourceID == s.ResourceID)
}

type scalableTagging struct {
	ResourceARN string   `json:"ResourceARN"`
	Tags        Tags     `json:"Tags"`
	TagKeys     []string `json:"TagKeys"`
}

// taggable refuses the tags of what is not registered.
func (m *model) taggable(arn string) error {
	if !slices.ContainsFunc(m.ScalableTargets, func(t *ScalableTarget) bool { return t.ScalableTargetARN == arn }) {
		return refuse("ResourceNotFoundException", "Resource %s does not exist", arn)
	}
	return nil
}

func (m *model) tagScalable(in *scalableTagging) (nothing, error) {
	if err := m.taggable(in.ResourceARN); err != nil {
		return nothing{}, err
	}
	m.tag(in.ResourceARN, in.Tags)
	return nothing{}, nil
}

func (m *model) untagScalable(in *scalableTagging) (nothing, error) {
	if err := m.taggable(in.ResourceARN); err != nil {
		return nothing{}, err
	}
	for _, key := range in.TagKeys {
		delete(m.Tags[in.ResourceARN], key)
	}
	return nothing{}, nil
}

func (m *model) listScalableTags(in *scalableTagging) (scalableTagging, error) {
	err := m.taggable(in.ResourceARN)
	return scalableTagging{Tags: m.Tags[in.ResourceARN]}, err
}

// tag adds to the tags of a resource.
func (m *model) tag(arn string, tags Tags) {
	if len(tags) == 0 {
		return
	}
	if m.Tags[arn] == nil {
		m.Tags[arn] = Tags{}
	}
	for key, value := range tags {
		m.Tags[arn][key] = value
	}
}

// scalingARN names a policy or an action.
func (m *model) scalingARN(kind string, s Scalable, name string) string {
	return fmt.Sprintf("arn:aws:autoscaling:%s:%s:%s:%s:resource/%s/%s:%sName/%s", m.options.Region, m.options.Account, kind, m.id(), s.ServiceNamespace, s.ResourceID, lowerFirst(strings.TrimPrefix(kind, "scaling")), name)
}

func lowerFirst(text string) string { return strings.ToLower(text[:1]) + text[1:] }
