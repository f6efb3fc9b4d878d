{{- define "milepost.name" -}}
{{- .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "milepost.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "milepost.labels" -}}
{{ include "milepost.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "milepost.selector" -}}
app.kubernetes.io/name: {{ include "milepost.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "milepost.image" -}}
{{- printf "%s:%s" (required "Set image.repository to where you pushed the image" .Values.image.repository) (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}

{{- /* Of every pod: nobody's root, nothing to write to but /tmp. */ -}}
{{- define "milepost.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "milepost.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{- define "milepost.environment" -}}
envFrom:
  - secretRef:
      name: {{ required "Set existingSecret to a Secret with DATABASE_URL and MILEPOST_SECRET_KEY" .Values.existingSecret }}
env:
  - name: MILEPOST_URL
    value: {{ required "Set url to the address at which people open the portal" .Values.url | quote }}
  - name: MILEPOST_TRUSTED_PROXIES
    value: {{ .Values.trustedProxies | quote }}
  {{- if .Values.metrics.enabled }}
  - name: MILEPOST_METRICS_ADDR
    value: "0.0.0.0:9464"
  {{- end }}
  {{- if .Values.backup.existingClaim }}
  - name: MILEPOST_BACKUP_DIR
    value: /backups
  {{- end }}
  {{- range $name, $value := .Values.settings }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
{{- end -}}

{{- define "milepost.mounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: data, mountPath: /data }
{{- if .Values.backup.existingClaim }}
- { name: backups, mountPath: /backups }
{{- end }}
{{- end -}}

{{- define "milepost.volumes" -}}
- name: tmp
  emptyDir: {}
- name: data
  emptyDir: {}
{{- if .Values.backup.existingClaim }}
- name: backups
  persistentVolumeClaim: { claimName: {{ .Values.backup.existingClaim }} }
{{- end }}
{{- end -}}

{{- /* Two pods of a kind keep to different machines where they can. */ -}}
{{- define "milepost.spread" -}}
topologySpreadConstraints:
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "milepost.selector" .root | nindent 8 }}
        app.kubernetes.io/component: {{ .component }}
{{- end -}}
