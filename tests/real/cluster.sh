#!/bin/sh
# Runs etcd and kube-apiserver on 127.0.0.1 until its standard input closes, which it does however
# the caller ends; then kills both, the API server first, and removes the folder.
# Starts etcd at once, and the API server when a line comes in: it waits long where it comes first.
# The folder holds ca.crt, server.crt, server.key, account.key, account.pub, tokens.csv, audit.yaml.
set -u
folder=$1 etcd_port=$2 peer_port=$3 server_port=$4 apiserver=$5
cd "$folder" || exit 1
trap '' HUP INT TERM

etcd --data-dir etcd --unsafe-no-fsync --log-level error --quota-backend-bytes 4294967296 \
  --listen-client-urls "http://127.0.0.1:$etcd_port" \
  --advertise-client-urls "http://127.0.0.1:$etcd_port" \
  --listen-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-advertise-peer-urls "http://127.0.0.1:$peer_port" \
  --initial-cluster "default=http://127.0.0.1:$peer_port" >etcd.log 2>&1 </dev/null &
etcd=$!

read -r _go
# Off are the admission plugins that change objects, or refuse them for what is not there: objects
# have to come in as they were observed elsewhere.
"$apiserver" --etcd-servers "http://127.0.0.1:$etcd_port" --storage-media-type application/json \
  --bind-address 127.0.0.1 --secure-port "$server_port" \
  --tls-cert-file server.crt --tls-private-key-file server.key --client-ca-file ca.crt \
  --token-auth-file tokens.csv --authorization-mode RBAC \
  --service-account-issuer https://kubernetes.default.svc \
  --service-account-key-file account.pub --service-account-signing-key-file account.key \
  --service-cluster-ip-range 10.0.0.0/16,fd00:10::/108 --allow-privileged \
  --disable-admission-plugins ServiceAccount,Priority,DefaultTolerationSeconds,TaintNodesByCondition,LimitRanger,ResourceQuota,PodSecurity,RuntimeClass,DefaultIngressClass,DefaultStorageClass,StorageObjectInUseProtection \
  --audit-policy-file audit.yaml --audit-log-path audit.log --audit-log-maxsize 2000 \
  --max-requests-inflight 3000 --max-mutating-requests-inflight 1000 >server.log 2>&1 </dev/null &
server=$!

cat >/dev/null
kill -9 $server
wait $server 2>/dev/null
kill -9 $etcd
wait $etcd 2>/dev/null
cd / && rm -rf "$folder"
