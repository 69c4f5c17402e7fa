package nas

import "github.com/accesspoint-go/accesspoint/internal/check"

// problemsOf returns what is wrong with in, which is a part of what is being checked.
func problemsOf(in interface{ Validate() error }) (problems []check.Problem) {
	if e, ok := in.Validate().(*ValidationError); ok {
		for _, p := range e.Problems {
			problems = append(problems, check.Problem(p))
		}
	}
	return problems
}
