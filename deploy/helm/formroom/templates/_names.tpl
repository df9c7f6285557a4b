{{- define "formroom.name" -}}
{{- $name := .Release.Name -}}
{{- if not (contains "formroom" $name) }}{{ $name = printf "%s-formroom" ($name | trunc 31 | trimSuffix "-") }}{{ end -}}
{{- $name | trunc 40 | trimSuffix "-" -}}
{{- end }}

{{- define "formroom.labels" -}}
app.kubernetes.io/name: formroom
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "formroom.hubSelector" -}}
app.kubernetes.io/name: formroom
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: hub
{{- end }}

{{- define "formroom.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* What every container may not do. */}}
{{- define "formroom.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "formroom.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* What every process of Ray must know: nobody without the token is answered. */}}
{{- define "formroom.rayEnvironment" -}}
- name: RAY_AUTH_MODE
  value: token
- name: RAY_AUTH_TOKEN
  valueFrom:
    secretKeyRef: {name: {{ .Values.secrets.ray }}, key: auth_token}
- name: RAY_USAGE_STATS_ENABLED
  value: "0"
# The loss of a node is noticed within some five seconds.
- name: RAY_health_check_initial_delay_ms
  value: "1000"
- name: RAY_health_check_period_ms
  value: "1000"
- name: RAY_health_check_timeout_ms
  value: "2000"
- name: RAY_health_check_failure_threshold
  value: "3"
# A node on a busy machine takes its time; Ray's own patience is 30 s.
- name: RAY_raylet_start_wait_time_s
  value: "120"
- name: HOME
  value: /tmp
{{- end }}

{{/* The pod of a Ray node. Takes root, group (values of a group), container (its name), port. */}}
{{- define "formroom.rayPod" -}}
metadata:
  labels:
    {{- include "formroom.labels" .root | nindent 4 }}
    app.kubernetes.io/component: ray
spec:
  automountServiceAccountToken: false
  securityContext:
    {{- include "formroom.podSecurity" .root | nindent 4 }}
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .group.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .group.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .container }}
      image: {{ include "formroom.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      env:
        {{- include "formroom.rayEnvironment" .root | nindent 8 }}
      securityContext:
        {{- include "formroom.containerSecurity" .root | nindent 8 }}
      resources:
        {{- toYaml (.group.resources | default .root.Values.ray.pool.resources) | nindent 8 }}
      # Without its dashboard Ray has no HTTP address that could be asked.
      readinessProbe:
        tcpSocket: {port: {{ .port }}}
        periodSeconds: 5
      livenessProbe:
        tcpSocket: {port: {{ .port }}}
        initialDelaySeconds: 30
        periodSeconds: 5
        failureThreshold: 12
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
  volumes:
    - name: tmp
      emptyDir: {}
{{- end }}
