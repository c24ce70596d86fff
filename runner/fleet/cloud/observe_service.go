package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"plimsoll/dsl/fact"
	"plimsoll/runner/fleet"
)

// Most that ECS describes in one call.
const (
	clustersAtOnce  = 100
	servicesAtOnce  = 10
	revisionsAtOnce = 20
)

const inactive = "INACTIVE" // the status of what was deleted

// readClusters reads the settings of the services' clusters.
func (s *survey) readClusters(ctx context.Context) {
	groups := by(s.subjects, clusterOf)
	each(slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(groups)), clustersAtOnce)), func(names []string) {
		out, err := s.ecs.DescribeClusters(ctx, &ecs.DescribeClustersInput{
			Clusters: names, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldSettings},
		})
		if err != nil {
			for _, name := range names {
				s.hide(fleet.HiddenCluster, err, groups[name]...)
			}
			return
		}
		for _, found := range out.Clusters {
			for _, subject := range groups[aws.ToString(found.ClusterName)] {
				subject.Cluster = clusterFrom(found)
			}
		}
	})
}

func clusterFrom(c ecstypes.Cluster) fleet.Cluster {
	cluster := fleet.Cluster{
		Name: aws.ToString(c.ClusterName), ARN: aws.ToString(c.ClusterArn), Insights: "disabled",
		Tasks: int(c.RunningTasksCount + c.PendingTasksCount), Document: documentOfCluster(c),
	}
	for _, setting := range c.Settings {
		if setting.Name == ecstypes.ClusterSettingNameContainerInsights {
			cluster.Insights = aws.ToString(setting.Value)
		}
	}
	return cluster
}

// readServices reads the services themselves, cluster by cluster.
func (s *survey) readServices(ctx context.Context) {
	groups := by(s.subjects, clusterOf)
	each(slices.Sorted(maps.Keys(groups)), func(cluster string) {
		each(slices.Collect(slices.Chunk(groups[cluster], servicesAtOnce)), func(part []*subject) { s.describe(ctx, cluster, part) })
		s.suggest(ctx, cluster, groups[cluster])
	})
}

func (s *survey) describe(ctx context.Context, cluster string, part []*subject) {
	in := &ecs.DescribeServicesInput{Cluster: &cluster, Include: []ecstypes.ServiceField{ecstypes.ServiceFieldTags}}
	for _, subject := range part {
		in.Services = append(in.Services, subject.names.service)
	}
	out, err := s.ecs.DescribeServices(ctx, in)
	for _, subject := range part {
		subject.found(out, err)
	}
	if err != nil && !noCluster(err) {
		s.hide(fleet.HiddenService, err, part...)
	}
}

func noCluster(err error) bool { return errors.As(err, new(*ecstypes.ClusterNotFoundException)) }

// found takes a service from an answer, or why it is not in it.
func (b *subject) found(out *ecs.DescribeServicesOutput, err error) {
	switch {
	case noCluster(err):
		b.Missing = fmt.Sprintf("there is no cluster %s in %s", b.names.cluster, b.Region)
		return
	case err != nil:
		b.trouble = explain(err)
		b.Missing = "it could not be read: " + b.trouble.line
		return
	}
	i := slices.IndexFunc(out.Services, func(d ecstypes.Service) bool { return aws.ToString(d.ServiceName) == b.names.service })
	switch {
	case i < 0:
		b.Missing = fmt.Sprintf("there is no service %s in cluster %s", b.names.service, b.names.cluster)
	case aws.ToString(out.Services[i].Status) == inactive:
		b.Missing = fmt.Sprintf("service %s of cluster %s was deleted", b.names.service, b.names.cluster)
	default:
		fillService(&b.Service, out.Services[i])
		b.raw = out.Services[i]
	}
}

// suggest says what was perhaps meant by services that are not there.
func (s *survey) suggest(ctx context.Context, cluster string, among []*subject) {
	lost := slices.DeleteFunc(slices.Clone(among), func(b *subject) bool { return b.Missing == "" || b.trouble != nil })
	if len(lost) == 0 {
		return
	}
	if strings.HasPrefix(lost[0].Missing, "there is no cluster") {
		if names, err := s.listClusters(ctx); err == nil {
			for _, subject := range lost {
				subject.Missing += near(cluster, names)
			}
		}
		return
	}
	if names, err := s.listServices(ctx, cluster); err == nil {
		for _, subject := range lost {
			subject.Missing += near(subject.names.service, names)
		}
	}
}

// near names what was perhaps meant, or what there is; never the name itself, which a list may still have of what was deleted.
func near(name string, among []string) string {
	among = slices.DeleteFunc(slices.Clone(among), func(other string) bool { return other == name })
	if closest, ok := fact.Closest(name, among); ok {
		return "; did you mean " + fleet.Line(closest) + "?"
	}
	const shown = 5
	if len(among) == 0 || len(among) > shown {
		return ""
	}
	return "; there are " + fleet.Line(strings.Join(among, ", "))
}

func (s *survey) listClusters(ctx context.Context) (names []string, err error) {
	err = pages(ctx, ecs.NewListClustersPaginator(s.ecs, &ecs.ListClustersInput{}), func(page *ecs.ListClustersOutput) {
		names = append(names, shortened(page.ClusterArns)...)
	})
	return names, err
}

func (s *survey) listServices(ctx context.Context, cluster string) (names []string, err error) {
	in := &ecs.ListServicesInput{Cluster: &cluster, MaxResults: aws.Int32(100)}
	err = pages(ctx, ecs.NewListServicesPaginator(s.ecs, in), func(page *ecs.ListServicesOutput) {
		names = append(names, shortened(page.ServiceArns)...)
	})
	return names, err
}

func shortened(arns []string) []string {
	names := make([]string, 0, len(arns))
	for _, arn := range arns {
		names = append(names, lastPart(arn))
	}
	return names
}

// readRevisions reads what stands in a service's revision only: the resolution of its metrics. The service's document is
// made with it.
func (s *survey) readRevisions(ctx context.Context) {
	of := map[string][]*subject{}
	for _, subject := range s.there() {
		for _, arn := range revisionsOf(subject.raw) {
			of[arn] = append(of[arn], subject)
		}
	}
	found := map[*subject][]ecstypes.ServiceRevision{}
	each(slices.Collect(slices.Chunk(slices.Sorted(maps.Keys(of)), revisionsAtOnce)), func(arns []string) {
		out, err := s.ecs.DescribeServiceRevisions(ctx, &ecs.DescribeServiceRevisionsInput{ServiceRevisionArns: arns})
		if err != nil {
			for _, arn := range arns {
				s.hide(fleet.HiddenRevision, err, of[arn]...)
			}
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, revision := range out.ServiceRevisions {
			for _, subject := range of[aws.ToString(revision.ServiceRevisionArn)] {
				found[subject] = append(found[subject], revision)
			}
		}
	})
	for _, subject := range s.there() {
		subject.revised(newestRevision(found[subject]))
	}
}

// revised fills in what the newest revision says; nil is none.
func (b *subject) revised(revision *ecstypes.ServiceRevision) {
	b.Document = documentOfService(b.raw, revision)
	if revision != nil && revision.Monitoring != nil {
		b.HighResolution = slices.ContainsFunc(revision.Monitoring.MetricConfigurations, func(c ecstypes.MetricConfiguration) bool {
			return aws.ToInt32(c.ResolutionSeconds) > 0 && aws.ToInt32(c.ResolutionSeconds) < defaultResolution
		})
	}
}
