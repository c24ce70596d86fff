package dsl

import (
	"encoding/csv"
	"fmt"
	"maps"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// standard are the functions of cty's library that make sense in a plan, under the names that HCL's users know.
func standard() map[string]function.Function {
	return map[string]function.Function{
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "chomp": stdlib.ChompFunc, "chunklist": stdlib.ChunklistFunc,
		"coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc,
		"contains": stdlib.ContainsFunc, "csvdecode": stdlib.CSVDecodeFunc, "distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc,
		"flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc, "format": wary(stdlib.FormatFunc), "formatdate": stdlib.FormatDateFunc,
		"formatlist": wary(stdlib.FormatListFunc), "indent": wary(stdlib.IndentFunc), "index": stdlib.IndexFunc, "int": stdlib.IntFunc,
		"join": stdlib.JoinFunc, "jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc,
		"length": stdlib.LengthFunc, "log": stdlib.LogFunc, "lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc,
		"max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc, "parseint": stdlib.ParseIntFunc,
		"pow": stdlib.PowFunc, "range": stdlib.RangeFunc, "regex": stdlib.RegexFunc, "regexall": stdlib.RegexAllFunc,
		"regexreplace": stdlib.RegexReplaceFunc, "replace": wary(stdlib.ReplaceFunc), "reverse": stdlib.ReverseListFunc,
		"setintersection": stdlib.SetIntersectionFunc, "setproduct": wary(stdlib.SetProductFunc), "setsubtract": stdlib.SetSubtractFunc,
		"setunion": stdlib.SetUnionFunc, "signum": stdlib.SignumFunc, "slice": stdlib.SliceFunc, "sort": stdlib.SortFunc,
		"split": stdlib.SplitFunc, "strlen": stdlib.StrlenFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc,
		"timeadd": stdlib.TimeAddFunc, "title": stdlib.TitleFunc, "tobool": stdlib.MakeToFunc(cty.Bool),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"tonumber": stdlib.MakeToFunc(cty.Number), "toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "tostring": stdlib.MakeToFunc(cty.String),
		"trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc,
		"upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	}
}

// functionsFor are the functions of an expression that stands in a file of this folder.
func (l *loader) functionsFor(dir string) map[string]function.Function {
	if known := l.functions[dir]; known != nil {
		return known
	}
	all := standard()
	maps.Copy(all, map[string]function.Function{
		"env": l.envFunction(), "duration": durationFunction(),
		"file": l.fileFunction(dir, cty.String, textOf), "csvfile": l.fileFunction(dir, cty.DynamicPseudoType, csvOf),
		"jsonfile": l.fileFunction(dir, cty.DynamicPseudoType, jsonFileOf),
	})
	l.functions[dir] = all
	return all
}

// maxArguments bounds what a function that can multiply its arguments is given.
const maxArguments = 1_000

// wary bounds a function whose result can be far larger than its arguments: numbers in them, and their size, are small.
func wary(f function.Function) function.Function {
	bounded := func(args []cty.Value) error {
		product := 1
		for _, a := range args {
			used := maxValue - size(a, maxValue)
			if product *= max(used, 1); product > maxValue || hasLongNumber(a) {
				return fmt.Errorf("its result could be too large")
			}
		}
		return nil
	}
	return function.New(&function.Spec{
		Params:   f.Params(),
		VarParam: f.VarParam(),
		Type: func(args []cty.Value) (cty.Type, error) {
			if err := bounded(args); err != nil {
				return cty.DynamicPseudoType, err
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return f.Call(args) },
	})
}

// hasLongNumber reports whether a value is a number above the bound, or a text with one in it, such as the width in a format.
func hasLongNumber(v cty.Value) bool {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() {
		return false
	}
	switch v.Type() {
	case cty.Number:
		return v.GreaterThan(cty.NumberIntVal(maxArguments)).True()
	case cty.String:
		digits := 0
		for _, r := range v.AsString() {
			if digits++; r < '0' || r > '9' {
				digits = 0
			}
			if digits > 3 {
				return true
			}
		}
	}
	return false
}

// envFunction reads the environment: env("NAME"), or env("NAME", "if it is not set").
func (l *loader) envFunction() function.Function {
	return function.New(&function.Spec{
		Params:   []function.Parameter{{Name: "name", Type: cty.String}},
		VarParam: &function.Parameter{Name: "default", Type: cty.String},
		Type:     function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) > 2 {
				return cty.NilVal, function.NewArgErrorf(2, "env takes a name and a default")
			}
			if value, ok := l.source.Getenv(args[0].AsString()); ok {
				return cty.StringVal(value), nil
			}
			if len(args) == 2 {
				return args[1], nil
			}
			return cty.NilVal, function.NewArgErrorf(0, "%s is not set in the environment: set it, or give a default as in env(%q, \"…\")", args[0].AsString(), args[0].AsString())
		},
	})
}

// durationFunction makes text such as "2m30s" into seconds.
func durationFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			d, err := time.ParseDuration(args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgErrorf(0, "write a number with its unit, ms, s, m or h, as in \"2m30s\"")
			}
			return cty.NumberFloatVal(d.Seconds()), nil
		},
	})
}

// fileFunction reads a file and makes a value of it.
func (l *loader) fileFunction(dir string, t cty.Type, value func([]byte) (cty.Value, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(t),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			name, err := join(dir, args[0].AsString())
			if err != nil {
				return cty.NilVal, function.NewArgError(0, err)
			}
			source, err := l.readAll(name, maxFileBytes)
			if err != nil {
				return cty.NilVal, function.NewArgErrorf(0, "cannot read %s: %s", name, reason(err))
			}
			v, err := value(source)
			if err != nil {
				return cty.NilVal, function.NewArgErrorf(0, "%s: %s", name, err)
			}
			return v, nil
		},
	})
}

func textOf(source []byte) (cty.Value, error) {
	if !utf8.Valid(source) {
		return cty.NilVal, fmt.Errorf("it is not text in UTF-8")
	}
	return cty.StringVal(string(source)), nil
}

func jsonFileOf(source []byte) (cty.Value, error) {
	t, err := ctyjson.ImpliedType(source)
	if err != nil {
		return cty.NilVal, err
	}
	return ctyjson.Unmarshal(source, t)
}

// csvOf makes a list of objects, named by the first line.
func csvOf(source []byte) (cty.Value, error) {
	columns, rows, err := csvRows(source)
	if err != nil {
		return cty.NilVal, err
	}
	objects := make([]cty.Value, len(rows))
	for i, row := range rows {
		values := map[string]cty.Value{}
		for j, c := range columns {
			values[c] = cty.StringVal(row[j])
		}
		objects[i] = cty.ObjectVal(values)
	}
	return cty.TupleVal(objects), nil
}

// csvRows reads a CSV file whose first line names the columns.
func csvRows(source []byte) (columns []string, rows [][]string, err error) {
	text := strings.TrimPrefix(string(source), "\uFEFF") // a byte order mark, as spreadsheets write it
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return nil, nil, err
	}
	if len(all) == 0 {
		return nil, nil, fmt.Errorf("it is empty: its first line names the columns")
	}
	return all[0], all[1:], nil
}

// textual makes a value of a table into text.
func textual(v cty.Value) (string, bool) {
	converted, err := convert.Convert(v, cty.String)
	if err != nil || converted.IsNull() || !converted.IsKnown() {
		return "", false
	}
	return converted.AsString(), true
}
