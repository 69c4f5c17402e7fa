// Command bare makes one call with net/http alone, as if it were signed beforehand.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
)

func main() {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, os.Args[1]+"/?FileSystemId=31a8e4&VpcId=vpc-1&VswId=vsw-1", nil)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	req.Header.Set("X-Acs-Action", "CreateAccessPoint")
	req.Header.Set("Authorization", os.Getenv("SECRET"))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(body))
}
