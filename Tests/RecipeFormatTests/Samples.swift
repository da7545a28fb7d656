/// A recipe with nothing but what is required.
let minimalRecipe = """
    recipe: 1
    model: m.onnx
    data:
      train: {npz: {file: d.npz, inputs: x, labels: y}}
      validation: {npz: {file: d.npz, inputs: vx, labels: vy}}
    constraints:
      accuracy: {floor: 0.9}
      size: {target: 12 KiB}

    """

/// A recipe with every section.
let fullRecipe = """
    # LeNet-5, trained on MNIST.
    recipe: 1
    model: models/lenet5-mnist.onnx
    data:
      train:      {idx: {inputs: train-images.gz, labels: train-labels.gz}, take: first 55000}
      validation: {idx: {inputs: train-images.gz, labels: train-labels.gz}, take: last 5000}
      test:       {npz: {file: digits.npz, inputs: test_x, labels: test_y}, take: range 10 20}
      normalize: {scale: 0.0039, mean: [0.1307], std: [0.3081]}
    evaluation: {metric: top5}
    constraints:
      accuracy: {max_drop: 0.005, split: test}
      size: {ratio: 100, measure: onnx}
    prune:
      structure: [weight]
      contribution: taylor
      max_ratio: 0.98
      epochs: 3
    retrain:
      epochs: 8
      batch: 256
      optimizer: {sgd: {learning_rate: 0.02, momentum: 0.5}}
      schedule: constant
      distill: {weight: 0.5, temperature: 2}
    quantize:
      rounds: 2
      levels: {max: 32}
      epochs: 1
    rules:
      - match: {name: fc2}
        prune: none
        quantize: {levels: 64}
      - match: {glob: 'conv*'}
        prune: {max_ratio: 0.9}
      - match: {regex: 'fc[0-9]+'}
        quantize: none
      - match: {operator: Gemm}
        quantize: {levels: 8}
    seed: 9223372036854775807
    output: {directory: build/compressed, keep_names: true}

    """
