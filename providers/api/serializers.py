"""The shapes of the API's answers, for the OpenAPI document; the views fill them by hand."""

from typing import Any

from rest_framework import serializers


class CapabilitiesSerializer(serializers.Serializer[Any]):
    vision = serializers.BooleanField()
    reasoning = serializers.BooleanField()
    tools = serializers.BooleanField()


class ModelSerializer(serializers.Serializer[Any]):
    model_id = serializers.CharField()
    model_name = serializers.CharField()
    icon = serializers.CharField(help_text="An emoji or one or two letters; mostly empty.")
    description = serializers.CharField()
    context_window = serializers.IntegerField(allow_null=True, help_text="Tokens; null when not known.")
    max_tokens = serializers.IntegerField(
        allow_null=True, help_text="Longest answer in tokens; null: no limit of ours."
    )
    capabilities = CapabilitiesSerializer()
    demo = serializers.BooleanField(help_text="True for the built-in demo, which has no model behind it.")


class ModelsSerializer(serializers.Serializer[Any]):
    models = serializers.ListField(child=serializers.CharField(), help_text="Each id once, in the order of the page.")
    providers = serializers.DictField(child=ModelSerializer(many=True), help_text="The same models by provider.")
    default_model = serializers.CharField(allow_null=True, help_text="What is used when none is named.")
