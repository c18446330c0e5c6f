#!/usr/bin/env bash
# The seed's nine sections with today's gcloud, typed as one would against Google Cloud. Run in the root of the repository, with the variables that
# GoogleEmulator prints. KUBECONFIG names a file of its own.
set -euo pipefail

export PROJECT_1=$CLOUDSDK_CORE_PROJECT CLUSTER_1=multi-cluster-demo-us LOCATION_1=us-central1-c
export PROJECT_2=$CLOUDSDK_CORE_PROJECT CLUSTER_2=multi-cluster-demo-asia LOCATION_2=asia-northeast1-c
export NAMESPACE=whereami GATEWAY_NAMESPACE=istio-ingress
MEMBER_1=projects/$PROJECT_1/locations/us-central1/memberships/$CLUSTER_1
MEMBER_2=projects/$PROJECT_1/locations/asia-northeast1/memberships/$CLUSTER_2
export CTX_1=gke_${PROJECT_1}_${LOCATION_1}_${CLUSTER_1} CTX_2=gke_${PROJECT_2}_${LOCATION_2}_${CLUSTER_2}

say() { echo "== $(date +%T) $*"; }
until_true() { # seconds, words, command…
  local deadline=$((SECONDS + $1)) what=$2; shift 2
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $deadline ] || { echo "not in time: $what" >&2; return 1; }; sleep 0.3; done
}
both() { for ctx in "$CTX_1" "$CTX_2"; do kubectl --context="$ctx" "$@"; done; }
lb_url() { kubectl --context="$1" -n $GATEWAY_NAMESPACE get svc istio-ingressgateway -o jsonpath='{.metadata.annotations.lab\.dev/url}'; }
has_url() { [ -n "$(lb_url "$1")" ]; }
answers() { curl -fsS --max-time 5 "$1" | grep -q cluster_name; }
answered_by() { for _ in $(seq 24); do curl -s --max-time 8 "$1/cluster_name" || true; echo; done | sort | uniq -c; }

say 2, 3: clusters and whereami
gcloud services enable gkehub.googleapis.com mesh.googleapis.com multiclusteringress.googleapis.com &
for n in 1 2; do
  project=PROJECT_$n cluster=CLUSTER_$n location=LOCATION_$n
  gcloud container clusters create "${!cluster}" --project="${!project}" --zone="${!location}" \
    --machine-type=e2-standard-4 --num-nodes=3 --workload-pool="${!project}.svc.id.goog" --labels="mesh_id=proj-demo" --quiet &
done
wait
gcloud container clusters get-credentials "$CLUSTER_1" --project="$PROJECT_1" --zone="$LOCATION_1"
gcloud container clusters get-credentials "$CLUSTER_2" --project="$PROJECT_2" --zone="$LOCATION_2"
both create namespace $NAMESPACE
both apply -f ./kube/whereami.yaml --namespace $NAMESPACE
both --namespace $NAMESPACE rollout status deployment whereami-deployment --timeout=60s

say 4: managed mesh
gcloud container fleet memberships register "$CLUSTER_1" --gke-cluster="$LOCATION_1/$CLUSTER_1" --enable-workload-identity &
gcloud container fleet memberships register "$CLUSTER_2" --gke-cluster="$LOCATION_2/$CLUSTER_2" --enable-workload-identity &
gcloud container fleet mesh enable &
wait
gcloud container fleet mesh update --management automatic --memberships="$MEMBER_1,$MEMBER_2"
mesh_ready() { [ "$(gcloud container fleet mesh describe --format=json | grep -c REVISION_READY)" = 2 ]; }
until_true 60 "both meshes are ready" mesh_ready
both patch configmap/asm-options -n istio-system --type merge -p '{"data":{"multicluster_mode":"disconnected"}}'
export REVISION=asm-managed
both label namespace $NAMESPACE istio-injection- istio.io/rev=$REVISION --overwrite
both --namespace $NAMESPACE rollout restart deployment whereami-deployment
both --namespace $NAMESPACE rollout status deployment whereami-deployment --timeout=60s
both --namespace $NAMESPACE get pods

say 5, 8: gateways, with the default injection label in the second cluster
both create namespace $GATEWAY_NAMESPACE
kubectl --context="$CTX_1" label namespace $GATEWAY_NAMESPACE istio.io/rev=$REVISION --overwrite
kubectl --context="$CTX_2" label namespace $GATEWAY_NAMESPACE istio-injection=enabled --overwrite
both apply -n $GATEWAY_NAMESPACE -f ./kube/istio-ingressgateway
both apply -f ./kube/asm-nw-ingress.yaml --namespace $NAMESPACE
both -n $GATEWAY_NAMESPACE rollout status deployment istio-ingressgateway --timeout=60s
until_true 30 "the gateway of us has an address" has_url "$CTX_1"
GATEWAY_1=$(lb_url "$CTX_1")
until_true 30 "the gateway of us answers" answers "$GATEWAY_1"
echo "before joining:"; answered_by "$GATEWAY_1"

say 6: one mesh
function join_by { local IFS="$1"; shift; echo "$*"; }
ALL_CLUSTER_CIDRS=$(join_by , $(gcloud container clusters list --project $PROJECT_1 --format='value(clusterIpv4Cidr)' | sort | uniq))
ALL_CLUSTER_NETTAGS=$(join_by , $(gcloud compute instances list --project $PROJECT_1 --format='value(tags.items.[0])' | sort | uniq))
gcloud compute firewall-rules create istio-multicluster-pods --allow=tcp,udp,icmp,esp,ah,sctp --direction=INGRESS --priority=900 \
  --source-ranges="$ALL_CLUSTER_CIDRS" --target-tags="$ALL_CLUSTER_NETTAGS" --quiet
both patch configmap/asm-options -n istio-system --type merge -p '{"data":{"multicluster_mode":"connected"}}'
gcloud container hub memberships list

say 7: traffic over both clusters
joined() { [ "$(answered_by "$1" | grep -c multi-cluster-demo)" = 2 ]; }
until_true 40 "us answers from both clusters" joined "$GATEWAY_1"
echo "after joining:"; answered_by "$GATEWAY_1"

say 9: MultiClusterIngress
gcloud container fleet ingress enable --config-membership="$MEMBER_1"
gcloud container fleet ingress describe
for file in backendconfig mcs mci; do kubectl --context="$CTX_1" apply -f ./kube/$file.yaml --namespace=$GATEWAY_NAMESPACE; done
vip_url() { kubectl --context="$CTX_1" -n $GATEWAY_NAMESPACE get mci mci-for-asm-ingressgateway -o jsonpath='{.metadata.annotations.lab\.dev/url}'; }
has_vip() { [ -n "$(vip_url)" ]; }
until_true 40 "the MultiClusterIngress has a VIP" has_vip
kubectl --context="$CTX_1" -n $GATEWAY_NAMESPACE describe mci mci-for-asm-ingressgateway | grep VIP
until_true 40 "the VIP answers" answers "$(vip_url)"
echo "through the VIP:"; answered_by "$(vip_url)"
gcloud compute forwarding-rules list --global --format='value(name,IPAddress)'
say done
