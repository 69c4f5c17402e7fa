package main

import "time"

// services are those that the program knows.
var services = []service{nasService, ossService, efsService, privatelinkService, kmsService}

// How the services in memory behave.
const (
	latency    = 5 * time.Millisecond
	readyAfter = 2 * time.Second
)
