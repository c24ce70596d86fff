package aws

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// A Fleet is what an account holds, in the words of AWS: each part reads what the AWS CLI's describe
// commands print, and what is left out (ARNs, ids, times, states) is filled in. Names stand for ARNs:
// `"clusterArn": "beta"`, `"taskDefinition": "web:3"`. Its zero value is an empty account.
type Fleet struct {
	Clusters         []*Cluster         `json:"clusters,omitempty"`
	TaskDefinitions  []*TaskDefinition  `json:"taskDefinitions,omitempty"`
	Services         []*Service         `json:"services,omitempty"`
	ScalableTargets  []*ScalableTarget  `json:"ScalableTargets,omitempty"`
	ScalingPolicies  []*ScalingPolicy   `json:"ScalingPolicies,omitempty"`
	ScheduledActions []*ScheduledAction `json:"ScheduledActions,omitempty"`
	MetricAlarms     []*MetricAlarm     `json:"MetricAlarms,omitempty"`
	Metrics          []*MetricHistory   `json:"Metrics,omitempty"`
	Dashboards       map[string]string  `json:"Dashboards,omitempty"` // body by name
	LoadBalancers    []*LoadBalancer    `json:"LoadBalancers,omitempty"`
	TargetGroups     []*TargetGroup     `json:"TargetGroups,omitempty"`
	Budgets          []*Budget          `json:"Budgets,omitempty"`
	Topics           []*Topic           `json:"Topics,omitempty"`
	WebACLs          []*WebACL          `json:"WebACLs,omitempty"`
	Buckets          map[string]Bucket  `json:"Buckets,omitempty"`   // by name
	LogGroups        []string           `json:"logGroups,omitempty"` // names
	Tags             map[string]Tags    `json:"Tags,omitempty"`      // of Application Auto Scaling and CloudWatch, by ARN
	PriceList        []json.RawMessage  `json:"PriceList,omitempty"` // products, as GetProducts gives them
	Regions          map[string]*Fleet  `json:"Regions,omitempty"`   // what other regions hold, by name; budgets, buckets and prices are of no region, and stay above
}

// Tags are the tags of one resource.
type Tags map[string]string

// clone copies a value deeply.
func clone[T any](value T) (T, error) {
	var copied T
	text, err := json.Marshal(value)
	if err != nil {
		return copied, fmt.Errorf("copy the state: %w", err)
	}
	if err := json.Unmarshal(text, &copied); err != nil {
		return copied, fmt.Errorf("copy the state: %w", err)
	}
	return copied, nil
}

// settle fills in what the description of the fleet leaves out, and starts what runs in it. Later parts
// name earlier ones, so that the first part with a mistake ends it.
func (m *model) settle() error {
	parts := []func() error{
		func() error { return each(m.Clusters, m.settleCluster) },
		func() error { return each(m.TaskDefinitions, m.settleTaskDefinition) },
		func() error { return each(m.LoadBalancers, m.settleLoadBalancer) },
		func() error { return each(m.TargetGroups, m.settleTargetGroup) },
		func() error { return each(m.Services, m.settleService) },
		func() error { return each(m.ScalableTargets, m.settleTarget) },
		func() error { return each(m.ScalingPolicies, m.settlePolicy) },
		func() error { return each(m.ScheduledActions, m.settleAction) },
		func() error { return each(m.MetricAlarms, m.settleAlarm) },
		func() error { return each(m.Metrics, m.settleMetric) },
		func() error { return each(m.Budgets, m.settleBudget) },
		func() error { return each(m.Topics, m.settleTopic) },
		func() error { return each(m.WebACLs, m.settleWebACL) },
	}
	for _, settle := range parts {
		if err := settle(); err != nil {
			return err
		}
	}
	m.settleMaps()
	return m.settleRegions()
}

// settleRegions makes the models of other regions, which hold their part of the fleet from then on.
func (m *model) settleRegions() error {
	for region, fleet := range m.Regions {
		if fleet == nil || region == m.options.Region || len(fleet.Regions) > 0 {
			return fmt.Errorf("region %s: it must be another than %s, and hold no regions itself", region, m.options.Region)
		}
		if _, err := m.open(region, *fleet); err != nil {
			return fmt.Errorf("region %s: %w", region, err)
		}
	}
	m.Regions = nil
	return nil
}

// whole is the fleet with what other regions hold.
func (m *model) whole() Fleet {
	fleet := m.Fleet
	if len(m.remote) > 0 {
		fleet.Regions = map[string]*Fleet{}
	}
	for region, other := range m.remote {
		fleet.Regions[region] = &other.Fleet
	}
	return fleet
}

// each settles all of one kind, and tells every mistake.
func each[T any](items []*T, settle func(*T) error) error {
	var found []error
	for i, item := range items {
		if item == nil {
			found = append(found, fmt.Errorf("entry %d of the list of %T is null", i+1, *new(T)))
			continue
		}
		found = append(found, settle(item))
	}
	return errors.Join(found...)
}

// settleMaps makes the maps that are written to.
func (m *model) settleMaps() {
	if m.Tags == nil {
		m.Tags = map[string]Tags{}
	}
	if m.Dashboards == nil {
		m.Dashboards = map[string]string{}
	}
	for name := range m.Buckets {
		if m.Buckets[name] == nil {
			m.Buckets[name] = Bucket{}
		}
	}
}

// lastPart is the name at the end of an ARN, or the text itself if it is a name.
func lastPart(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// byDefault sets what is empty.
func byDefault[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}
