package main

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/accesspoint-go/accesspoint/examples/internal/screen"
)

// table prints what was created, and how long it took until it could be used.
func table(s *screen.Screen, jobs []*job) {
	rows := [][]string{{"SERVICE", "ID", "STATE", "READY", "REQUESTS", "ADDRESS OR ARN"}}
	for _, j := range jobs {
		ready := "-"
		if j.ready > 0 {
			ready = fmt.Sprintf("%.1fs", j.ready.Seconds())
		}
		rows = append(rows, []string{j.service, cmp.Or(j.created.id, "-"), cmp.Or(j.created.state, "-"), ready,
			strconv.FormatInt(j.requests.Load(), 10), cmp.Or(j.created.address, "-")})
	}
	s.Table(rows)
}
